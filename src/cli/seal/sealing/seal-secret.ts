import { isAbsolute, resolve, sep } from 'node:path';
import { errors } from '../../../common/errors';
import type { Scope } from '../../../seal/scope';
import type { SealedFile } from '../../../seal/sealed-file';
import type { SecretTemplate } from '../../../seal/sealed-secret';
import type { SealRequest } from '../../../synth/seal-request';
import { sealedPath } from '../../../synth/seal-rules';
import { type LoadedApp, loadApps } from '../../load/load-app';
import { writeEdits } from '../../locks/text-edit';
import { describeError } from '../../print-error';
import { certificateOf } from '../certificate/sealing-certificate';
import { secretInput } from '../input/secret-input';
import type { SecretManifest } from '../input/secret-manifest';
import { assertSize, type SecretValues } from '../input/secret-values';
import { isPresent, nameOf, type ProgramSeal, parseTarget, sealsIn, targetsOf } from '../program/seal-targets';
import { sealNamed } from '../program/select-seals';
import { synthesizeAgain } from '../program/synthesize-again';
import type { SealOptions } from './run-seal';
import { plainBytes, sealValues } from './seal-values';
import { assertFits, changedFile, describeChange, type SealedBefore } from './sealed-change';

/** Seals values of a SealedSecret of the program into its file, and synthesizes. Gives the exit code. */
export async function sealSecret(name: string, options: SealOptions): Promise<number> {
  const apps = await loadApps(process.cwd());
  const target = sealNamed(sealsIn(apps), nameOf(name));
  const { root } = target.loaded.options;
  if (!isBelow(root, target.file)) throw errors.SealedFileOutside({ file: target.file, example: sealedPath(target) });
  const certificate = await certificateOf(root, target.cluster, options.cert);
  const before = await fileBefore(target);
  const { values, manifest } = await secretInput(target, before?.file, options);
  const { removeKey: remove = [] } = options;
  for (const key of remove) {
    if (values.has(key)) throw errors.SealKeyTwice({ key, first: values.get(key)!.from, second: '--remove-key' });
  }

  assertDeclared(target, values);
  const scope = scopeFor(target, before?.file, manifest, options.scope);
  assertFits(target, before?.file, scope, values.keys(), remove);
  assertSize(`${target.namespace}/${target.name}`, sizes(before?.file, values, remove));
  const told = describeChange(target, before?.file, values.keys(), remove, certificate.fingerprint);
  if (options.dryRun) {
    process.stdout.write(told);
    return 0;
  }
  const sealed = sealValues(values, certificate, { ...target, scope });
  const text = changedFile(target, before, { sealed, remove, scope, template: templateFor(target, manifest) }, target.file);
  await writeEdits(root, [{ path: target.file, text, before: before?.text ?? null }]);
  process.stdout.write(told);
  synthesizeAnyway(target.loaded);
  return 0;
}

function isBelow(root: string, file: string): boolean {
  return !isAbsolute(file) && resolve(root, file).startsWith(resolve(root) + sep);
}

async function fileBefore(seal: ProgramSeal): Promise<SealedBefore | undefined> {
  const target = (await targetsOf([seal]))[0]!;
  return isPresent(target) ? { text: target.text, file: parseTarget(target) } : undefined;
}

function assertDeclared({ keys, construct }: SealRequest, values: SecretValues): void {
  const unknown = keys === undefined ? [] : [...values.keys()].filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw errors.SealKeysUndeclared({ construct, keys: unknown.join(', '), declared: keys!.join(', ') || 'none' });
}

function scopeFor(
  { scope, construct }: SealRequest,
  before: SealedFile | undefined,
  manifest: SecretManifest | undefined,
  asked: Scope | undefined,
): Scope {
  if (asked !== undefined && scope !== undefined && asked !== scope) throw errors.SealScopeDiffers({ given: asked, target: construct, scope });
  return asked ?? scope ?? before?.scope ?? manifest?.scope ?? 'strict';
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

/** What is wrong elsewhere in the program, such as Secrets that are not sealed yet, is told; the file is written all the same. */
function synthesizeAnyway(loaded: LoadedApp): void {
  try {
    process.stdout.write(synthesizeAgain([loaded]));
  } catch (error) {
    process.stderr.write(`the output is not synthesized yet:\n${describeError(error, false)}\n`);
  }
}
