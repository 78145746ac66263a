import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { errors } from '../../../common/errors';
import { parseSealedFile, type SealedFile } from '../../../seal/sealed-file';
import { CONFIG_FILE, nearest } from '../../../synth/root';
import type { SealRequest } from '../../../synth/seal-request';
import { sealsOf } from '../../../synth/seal-requests';
import { SEALED_FOLDER } from '../../../synth/seal-rules';
import { type LoadedApp, loadApps } from '../../load/load-app';
import { suggestion } from '../../locks/select-entries';

/** A sealed file to look at or to write anew. */
export interface SealTarget {
  /** As people know it: from the folder of cdk8s.yaml, or as it was given. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** Undefined where there is no such file yet. */
  readonly text: string | undefined;
  /** Where in the program its values are used. @default - it was named by its path and no program was run */
  readonly request?: SealRequest;
  /** Folder of cdk8s.yaml. @default - no program was run */
  readonly root?: string;
}

/** What a command works on. */
export interface SealTargets {
  readonly targets: readonly SealTarget[];
  /** Programs that were run; none where files were named by their paths. */
  readonly apps: readonly LoadedApp[];
}

/**
 * The sealed files of these names, or all of the program. Names that are all files outside of the program's folder of
 * sealed files run no program, so that a file is enough.
 * @param names of Secrets as in `basic-auth` or `gke/dev/basic-auth`, of layers as in `gke/dev`, of clusters, or paths of sealed files
 * @throws SealsUnknown, and those of programs
 */
export async function sealTargets(names: readonly string[]): Promise<SealTargets> {
  if (names.length > 0 && names.every(isFreeFile)) {
    const targets = names.map(async (path) => ({ path, file: resolve(path), text: await readFile(path, 'utf8') }));
    return { targets: await Promise.all(targets), apps: [] };
  }
  const apps = await loadApps(process.cwd());
  const all = apps.flatMap(({ app, options }) => sealsOf(app).map((request) => ({ request, root: options.root })));
  const chosen = new Map(
    selectSeals(
      all.map(({ request }) => request),
      names.map((name) => sealedPathOf(name) ?? name),
    ).map((request) => [request.file, request]),
  );
  const targets: SealTarget[] = [];
  for (const [path, request] of chosen) {
    const { root } = all.find((one) => one.request === request)!;
    const file = resolve(root, path);
    targets.push({ path, file, request, root, text: existsSync(file) ? await readFile(file, 'utf8') : undefined });
  }
  return { targets, apps };
}

/** A file that no program is expected to name. */
function isFreeFile(name: string): boolean {
  return existsSync(name) && /\.(ya?ml|json)$/.test(name) && sealedPathOf(name) === undefined;
}

/** Path from the folder of cdk8s.yaml of a file that lies where a program's sealed files are. */
function sealedPathOf(name: string): string | undefined {
  const root = existsSync(name) ? nearest(process.cwd(), CONFIG_FILE) : undefined;
  const path = root === undefined ? '' : relative(root, resolve(name)).split(sep).join('/');
  return path.startsWith(`${SEALED_FOLDER}/`) && path.endsWith('.yaml') ? path : undefined;
}

/** Those that any of the names is of; all for no names. Throws `SealsUnknown`. */
export function selectSeals(requests: readonly SealRequest[], names: readonly string[]): readonly SealRequest[] {
  if (names.length === 0) return requests;
  for (const name of names) {
    if (requests.some((request) => namesOf(request).includes(name))) continue;
    throw errors.SealsUnknown({ name, known: suggestion(name, requests.flatMap(namesOf)) });
  }
  return requests.filter((request) => namesOf(request).some((known) => names.includes(known)));
}

function namesOf({ cluster, layer, namespace, name, file }: SealRequest): string[] {
  const own = [name, `${layer}/${name}`, `${namespace}/${name}`, `${cluster}/${layer}/${name}`, `${cluster}/${layer}/${namespace}/${name}`];
  return [...own, cluster, layer, `${cluster}/${layer}`, file];
}

/** Throws `SealedFileInvalid`. */
export function parseTarget({ path, text }: SealTarget & { readonly text: string }): SealedFile {
  return parseSealedFile(text, path);
}

/**
 * The one cluster that files are of; undefined where no program tells.
 * @throws SealsOfSeveral
 */
export function clusterOf(targets: readonly SealTarget[]): string | undefined {
  const clusters = [...new Set(targets.flatMap(({ request }) => request?.cluster ?? []))].sort();
  if (clusters.length > 1) throw errors.SealsOfSeveral({ clusters: clusters.join(', '), example: clusters[0]! });
  return clusters[0];
}
