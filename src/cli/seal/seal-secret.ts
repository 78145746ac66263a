import { errors } from '../../common/errors';
import { assertValid, type SealingCertificate } from '../../seal/certificate';
import type { Scope } from '../../seal/scope';
import { parseSealedFile, type SealedFile } from '../../seal/sealed-file';
import type { SecretTemplate } from '../../seal/sealed-secret';
import type { SealRequest } from '../../synth/seal-request';
import { sealsOf } from '../../synth/seal-requests';
import { type LoadedApp, loadApps } from '../load/load-app';
import { WorkingTree } from '../locks/file-tree';
import { writeEdits } from '../locks/text-edit';
import { describeError } from '../print-error';
import { askValues } from './ask-values';
import { certificateFile, committedCertificates } from './certificate-file';
import { certificatesAt } from './certificate-source';
import { canAsk } from './prompt';
import type { SealOptions } from './run-seal';
import { plainBytes, sealValues } from './seal-values';
import { assertFits, changedFile, type SealedBefore } from './sealed-change';
import type { SecretManifest } from './secret-manifest';
import { assertSize, type SecretValues, valuesOf } from './secret-values';
import { sealNamed } from './select-seals';
import { hasValueOptions, readManifests, readValues } from './sources';
import { synthesizeAgain } from './synthesize-again';
import { warn } from './warn';

/** A request with the app it is of. */
type Target = SealRequest & { readonly loaded: LoadedApp };

/** What is to be sealed: values, and the manifest they came in, if any. */
interface Given {
  readonly values: SecretValues;
  readonly manifest?: SecretManifest;
}

/** Seals values of a SealedSecret of the program into its file, and synthesizes. Gives the exit code. */
export async function sealSecret(name: string, options: SealOptions): Promise<number> {
  const apps = await loadApps(process.cwd());
  const targets = apps.flatMap((loaded) => sealsOf(loaded.app).map((request): Target => ({ ...request, loaded })));
  const target = sealNamed(targets, name);
  const { root } = target.loaded.options;
  const certificate = await certificateFor(root, target, options.cert);
  const before = await fileBefore(root, target);
  const { values, manifest } = await given(target, before?.file, options);
  const { removeKey: remove = [] } = options;

  assertDeclared(target, values);
  const scope = scopeFor(target, before?.file, options.scope);
  assertFits(target, before?.file, scope, values.keys(), remove);
  assertSize(`${target.namespace}/${target.name}`, sizes(before?.file, values, remove));
  process.stdout.write(describeChange(target, before?.file, values, remove, certificate));
  if (options.dryRun) return 0;

  const sealed = sealValues(values, certificate, { ...target, scope });
  const text = changedFile(target, before, { sealed, remove, scope, template: templateFor(target, manifest) }, target.file);
  await writeEdits(root, [{ path: target.file, text }]);
  synthesizeAnyway(target.loaded);
  return 0;
}

async function certificateFor(root: string, { cluster }: SealRequest, place: string | undefined): Promise<SealingCertificate> {
  const known = await committedCertificates(root, cluster);
  const certificates = place === undefined ? known : await certificatesAt(place, warn);
  const [newest] = certificates;
  if (newest === undefined) throw errors.CertificateMissing({ cluster, file: certificateFile(cluster) });
  assertValid(newest, place ?? certificateFile(cluster), new Date());
  if (!known.some(({ fingerprint }) => fingerprint === newest.fingerprint)) {
    warn(`${certificateFile(cluster)} does not have the key of ${place}, ${newest.fingerprint}: whether ${cluster} can open it is not known here`);
  }
  return newest;
}

async function fileBefore(root: string, { file }: SealRequest): Promise<SealedBefore | undefined> {
  const text = await new WorkingTree(root).read(file);
  return text === undefined ? undefined : { text, file: parseSealedFile(text, file) };
}

async function given(target: SealRequest, before: SealedFile | undefined, options: SealOptions): Promise<Given> {
  const named = await readValues(options);
  const hasNamed = hasValueOptions(options) || (options.removeKey ?? []).length > 0;
  if (options.secretFile === undefined && hasNamed) return { values: named };
  if (options.secretFile === undefined && process.stdin.isTTY) {
    if (!canAsk()) throw errors.SealSourceMissing({ secret: target.name });
    return { values: await askValues(target, before) };
  }
  const manifest = manifestFor(target, await readManifests(options.secretFile ?? '-'));
  return { manifest, values: valuesOf([...manifest.values, ...named]) };
}

/** Of several Secrets the one of the construct's name; a single one is that, whatever it is called. */
function manifestFor({ namespace, name }: SealRequest, manifests: readonly SecretManifest[]): SecretManifest {
  const alike = manifests.filter((one) => one.name === name && (one.namespace === '' || one.namespace === namespace));
  const found = alike[0] ?? manifests[0]!;
  if (alike.length > 1 || (alike.length === 0 && manifests.length > 1)) {
    const names = manifests.map((one) => `${one.namespace}/${one.name}`.replace(/^\//, '')).join(', ');
    throw errors.SecretManifestInvalid({ from: 'the input', reason: `of its Secrets (${names}) ${alike.length} are ${namespace}/${name}` });
  }
  const [was, is] = [`${found.namespace || namespace}/${found.name || name}`, `${namespace}/${name}`];
  if (was !== is) process.stderr.write(`the values of Secret ${was} are sealed for ${is}\n`);
  if (found.values.size === 0) throw errors.SecretEmpty({ name: found.name || name, from: 'the input' });
  return found;
}

function assertDeclared({ keys, construct }: SealRequest, values: SecretValues): void {
  const unknown = keys === undefined ? [] : [...values.keys()].filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw errors.SealKeysUndeclared({ construct, keys: unknown.join(', '), declared: keys!.join(', ') || 'none' });
}

function scopeFor({ scope, construct }: SealRequest, before: SealedFile | undefined, asked: Scope | undefined): Scope {
  if (asked !== undefined && scope !== undefined && asked !== scope) throw errors.SealScopeDiffers({ given: asked, target: construct, scope });
  return asked ?? scope ?? before?.scope ?? 'strict';
}

/** The shape is the construct's where it says anything, else that of the manifest. */
function templateFor({ template }: SealRequest, manifest: SecretManifest | undefined): SecretTemplate {
  const { labels = {}, annotations = {}, type, immutable } = manifest ?? {};
  const metadata = { labels: { ...labels, ...template.metadata?.labels }, annotations: { ...annotations, ...template.metadata?.annotations } };
  return {
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
    ...template,
    ...((Object.keys(metadata.labels).length > 0 || Object.keys(metadata.annotations).length > 0) && { metadata }),
  };
}

function sizes(before: SealedFile | undefined, values: SecretValues, remove: readonly string[]): ReadonlyMap<string, number> {
  const kept = Object.entries(before?.encryptedData ?? {}).filter(([key]) => !remove.includes(key));
  return new Map([
    ...kept.map(([key, sealed]) => [key, plainBytes(sealed)] as const),
    ...[...values].map(([key, { value }]) => [key, value.length] as const),
  ]);
}

function describeChange(
  { file, keys = [] }: SealRequest,
  before: SealedFile | undefined,
  values: SecretValues,
  remove: readonly string[],
  { fingerprint }: SealingCertificate,
): string {
  const has = Object.keys(before?.encryptedData ?? {});
  const given = [...values.keys()];
  const kept = has.filter((key) => !values.has(key) && !remove.includes(key));
  const lines = [
    ['added', given.filter((key) => !has.includes(key))],
    ['replaced', given.filter((key) => has.includes(key))],
    ['removed', remove],
    ['kept', kept],
    ['missing', keys.filter((key) => !values.has(key) && !kept.includes(key))],
  ] as const;
  const shown = lines.filter(([, names]) => names.length > 0).map(([what, names]) => `  ${what.padEnd(8)} ${[...names].sort().join(', ')}\n`);
  return `${file}, for ${fingerprint}\n${shown.join('')}`;
}

/** What is wrong elsewhere in the program, such as Secrets that are not sealed yet, is told; the file is written all the same. */
function synthesizeAnyway(loaded: LoadedApp): void {
  try {
    process.stdout.write(synthesizeAgain([loaded]));
  } catch (error) {
    process.stderr.write(`the output is not synthesized yet:\n${describeError(error, false)}\n`);
  }
}
