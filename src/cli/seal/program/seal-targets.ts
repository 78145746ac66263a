import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { errors } from '../../../common/errors';
import { parseSealedFile, type SealedFile } from '../../../seal/sealed-file';
import { CONFIG_FILE, nearest } from '../../../synth/root';
import type { SealRequest } from '../../../synth/seal-request';
import { sealsOf } from '../../../synth/seal-requests';
import { SEALED_FOLDER } from '../../../synth/seal-rules';
import { type LoadedApp, loadApps } from '../../load/load-app';
import { readText } from '../input/read-input';
import { readCommitted } from './read-committed';
import { selectSeals } from './select-seals';

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

/** One whose file is there. */
export type PresentTarget = SealTarget & { readonly text: string };

/** A sealed file that a program asks for. */
export type ProgramSeal = SealRequest & { readonly loaded: LoadedApp };

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
 * @throws SealsUnknown, SecretFileUnreadable, and those of programs
 */
export async function sealTargets(names: readonly string[]): Promise<SealTargets> {
  if (names.length > 0 && names.every(isFreeFile)) {
    const targets = names.map(async (path) => ({ path, file: resolve(path), text: await readText(path) }));
    return { targets: await Promise.all(targets), apps: [] };
  }
  const apps = await loadApps(process.cwd());
  const chosen = selectSeals(sealsIn(apps), names.map(nameOf));
  return { targets: await targetsOf(chosen), apps };
}

/** Every sealed file that programs ask for. */
export function sealsIn(apps: readonly LoadedApp[]): ProgramSeal[] {
  return apps.flatMap((loaded) => sealsOf(loaded.app).map((request) => ({ ...request, loaded })));
}

/** The files of what programs ask for, each once. */
export async function targetsOf(seals: readonly ProgramSeal[]): Promise<SealTarget[]> {
  const byFile = new Map(seals.map((seal) => [resolve(seal.loaded.options.root, seal.file), seal]));
  return await Promise.all(
    [...byFile].map(async ([file, { loaded, ...request }]) => {
      const { root } = loaded.options;
      return { path: request.file, file, request, root, text: await readCommitted(root, request.file) };
    }),
  );
}

export function isPresent(target: SealTarget): target is PresentTarget {
  return target.text !== undefined;
}

/** What the program calls it: of a path that lies among its sealed files the one from the folder of cdk8s.yaml. */
export function nameOf(name: string): string {
  return committedPath(name) ?? name;
}

/** A file that no program is expected to name. */
function isFreeFile(name: string): boolean {
  return existsSync(name) && /\.(ya?ml|json)$/.test(name) && committedPath(name) === undefined;
}

/** Path from the folder of cdk8s.yaml of a file that lies where a program's sealed files are. */
function committedPath(name: string): string | undefined {
  const root = existsSync(name) ? nearest(process.cwd(), CONFIG_FILE) : undefined;
  const path = root === undefined ? '' : relative(root, resolve(name)).split(sep).join('/');
  return path.startsWith(`${SEALED_FOLDER}/`) && /\.(ya?ml|json)$/.test(path) ? path : undefined;
}

/** Throws `SealedFileInvalid`. */
export function parseTarget({ path, text }: PresentTarget): SealedFile {
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
