import { errors } from '../../../common/errors';
import type { SealedFile } from '../../../seal/sealed-file';
import type { SealRequest } from '../../../synth/seal-request';
import { askValues } from './ask-values';
import { canAsk } from './prompt';
import { hasValueOptions, readManifests, readValues, type SourceOptions } from './read-values';
import type { SecretManifest } from './secret-manifest';
import { type SecretValues, valuesOf } from './secret-values';

/** What the command line says of values. */
export interface InputOptions extends SourceOptions {
  readonly removeKey?: readonly string[];
}

/** What is to be sealed: values, and the manifest they came in, if any. */
export interface SecretInput {
  readonly values: SecretValues;
  readonly manifest?: SecretManifest;
}

/**
 * What the command line names, else what comes in on standard input, else what is asked for at the terminal.
 * @throws SealSourceMissing, SecretManifestInvalid, and those of the options
 */
export async function secretInput(target: SealRequest, before: SealedFile | undefined, options: InputOptions): Promise<SecretInput> {
  const named = await readValues(options);
  const hasNamed = hasValueOptions(options) || (options.removeKey ?? []).length > 0;
  if (options.secretFile === undefined && hasNamed) return { values: named };
  if (options.secretFile === undefined && process.stdin.isTTY) {
    if (!canAsk()) throw errors.SealSourceMissing({ secret: `${target.namespace}/${target.name}` });
    return { values: await askValues(target, before) };
  }
  const manifest = manifestFor(target, await readManifests(options.secretFile));
  return { manifest, values: valuesOf([...withoutRendered(target, manifest.values), ...named]) };
}

/** What a template makes of other values is no value, though a Secret of the cluster has both. */
function withoutRendered({ keys = [], template }: SealRequest, values: SecretValues): SecretValues {
  const rendered = [...values.keys()].filter((key) => template.data?.[key] !== undefined && !keys.includes(key));
  if (rendered.length > 0) process.stderr.write(`${rendered.join(', ')}: left out, made by the template\n`);
  return new Map([...values].filter(([key]) => !rendered.includes(key)));
}

/** Of several Secrets the one of the construct's name; a single one is that, whatever it is called. */
function manifestFor({ namespace, name }: SealRequest, manifests: readonly SecretManifest[]): SecretManifest {
  if (manifests.length === 0) throw errors.SealSourceMissing({ secret: `${namespace}/${name}` });
  const alike = manifests.filter((one) => one.name === name && (one.namespace === '' || one.namespace === namespace));
  const found = alike[0] ?? manifests[0]!;
  if (alike.length > 1 || (alike.length === 0 && manifests.length > 1)) {
    const names = manifests.map((one) => `${one.namespace}/${one.name}`.replace(/^\//, '')).join(', ');
    throw errors.SecretManifestInvalid({ from: 'the input', reason: `of its Secrets (${names}) ${alike.length} are ${namespace}/${name}` });
  }
  const [was, is] = [`${found.namespace || namespace}/${found.name || name}`, `${namespace}/${name}`];
  if (was !== is) process.stderr.write(`the values of Secret ${was} are sealed for ${is}\n`);
  if (found.values.size === 0) throw errors.SealSourceMissing({ secret: is });
  return found;
}
