import { errors } from '../../../common/errors';
import type { SealingCertificate } from '../../../seal/certificate';
import { annotationsFor } from '../../../seal/scope';
import { writeEdits } from '../../locks/text-edit';
import { sealingCertificate } from '../certificate/sealing-certificate';
import { inputName } from '../input/read-input';
import { hasValueOptions, readManifests, readValues } from '../input/read-values';
import type { SecretManifest } from '../input/secret-manifest';
import { assertSize, valuesOf } from '../input/secret-values';
import { mergeInto } from './merge-into';
import { formatOf, printSealed, type SealedFormat } from './print-sealed';
import type { SealOptions } from './run-seal';
import { sealRaw } from './seal-raw';
import { asFields, sealValues } from './seal-values';

/** Seals Secrets of a manifest, or one made of options, as kubeseal does. Gives the exit code. */
export async function sealManifest(options: SealOptions): Promise<number> {
  if (options.raw) {
    process.stdout.write(await sealRaw(options));
    return 0;
  }
  const secrets = await secretsToSeal(options);
  if (!options.allowEmptyData) {
    const empty = secrets.find(({ values }) => values.size === 0);
    if (empty) throw errors.SecretEmpty({ name: empty.name || '(without a name)', from: inputName(options.secretFile ?? '-') });
  }
  if (options.mergeInto !== undefined) {
    await mergeInto(options.mergeInto, secrets, options);
    return 0;
  }
  const named = secrets.map((secret) => identified(secret, options));
  const certificate = await sealingCertificate(options);
  // The name of the output decides first, and JSON it is where nothing does, as with kubeseal.
  const format = formatOf(options.sealedSecretFile ?? '') ?? options.format ?? 'json';
  const text = named.map((secret) => print(secret, certificate, format)).join('');
  if (options.sealedSecretFile === undefined) process.stdout.write(text);
  else await writeEdits(process.cwd(), [{ path: options.sealedSecretFile, text }]);
  return 0;
}

async function secretsToSeal(options: SealOptions): Promise<readonly SecretManifest[]> {
  const { type, secretFile } = options;
  const named = await readValues(options);
  if (secretFile === undefined) {
    if (hasValueOptions(options))
      return [{ name: '', namespace: '', labels: {}, annotations: {}, scope: 'strict', values: named, ...(type !== undefined && { type }) }];
    if (process.stdin.isTTY) throw errors.SealTargetMissing();
  }
  const secrets = await readManifests(secretFile);
  if (secrets.length === 0) throw errors.SealTargetMissing();
  if (named.size === 0) return secrets.map((secret) => ({ ...(type !== undefined && { type }), ...secret }));
  if (secrets.length > 1) {
    throw errors.SealOptionsConflict({ option: '--from-*', other: 'a manifest of several Secrets', remedy: 'seal them one at a time' });
  }
  return secrets.map((secret) => ({ ...secret, values: valuesOf([...secret.values, ...named]) }));
}

/** As kubeseal: `--name` renames, `--namespace` must agree with what is there, and a cluster-wide Secret needs none. */
function identified(secret: SecretManifest, options: SealOptions): SecretManifest {
  const scope = options.scope ?? secret.scope;
  const name = options.name ?? secret.name;
  if (name === '') throw errors.SecretNameMissing({ what: 'name' });
  const given = options.namespace;
  if (scope !== 'cluster-wide') {
    if (given !== undefined && secret.namespace !== '' && secret.namespace !== given) {
      throw errors.SecretNamespaceDiffers({ name, from: inputName(options.secretFile ?? '-'), namespace: secret.namespace, given });
    }
    if (secret.namespace === '' && given === undefined) throw errors.SecretNameMissing({ what: 'namespace' });
  }
  return { ...secret, name, namespace: secret.namespace || (given ?? ''), scope };
}

function print(secret: SecretManifest, certificate: SealingCertificate, format: SealedFormat): string {
  const { namespace, name, scope, type, immutable, labels, values } = secret;
  assertSize(`${namespace}/${name}`, new Map([...values].map(([key, { value }]) => [key, value.length])));
  const annotations = { ...secret.annotations, ...annotationsFor(scope) };
  const metadata = {
    name,
    ...(namespace !== '' && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  const template = { metadata, ...(type !== undefined && { type }), ...(immutable !== undefined && { immutable }) };
  const file = {
    namespace,
    name,
    scope,
    annotations: {},
    labels: {},
    template,
    ...asFields(sealValues(values, certificate, { namespace, name, scope })),
  };
  return `${format === 'yaml' ? '---\n' : ''}${printSealed(file, format)}`;
}
