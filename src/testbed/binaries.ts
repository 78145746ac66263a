import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './build-lock';
import { cacheFolder, toolPath } from './cache-folder';
import { buildTool } from './go-build';
import { type Progress, progressToStderr } from './progress';
import { envtestPath, fetchTool, PUBLISHED_AT, type PublishedAt } from './published-tools';
import type { ToolName } from './tools';

export interface BinariesOptions {
  /** @default - `FAIRLEAD_CACHE`, else the user's cache folder */
  readonly cache?: string;
  /** @default - lines on stderr */
  readonly progress?: Progress;
  /** Where what is missing is looked for before it is built; `true` is where it is published. @default - nowhere */
  readonly downloads?: boolean | PublishedAt;
}

export type Binaries<Name extends ToolName> = { readonly [N in Name]: string };

/** Tools that `KUBEBUILDER_ASSETS` may hold already. */
const ASSETS: ReadonlySet<ToolName> = new Set(['etcd', 'kube-apiserver', 'kubectl']);

/**
 * Paths of the tools asked for. What is missing is downloaded where that is wanted, else built first, which takes minutes where nothing is cached.
 * `KUBEBUILDER_ASSETS` is honoured for etcd, kube-apiserver and kubectl.
 */
export async function binaries<Name extends ToolName>(names: readonly Name[], options: BinariesOptions = {}): Promise<Binaries<Name>> {
  const cache = options.cache ?? cacheFolder();
  const progress = options.progress ?? progressToStderr;
  const paths: [Name, string][] = [];
  // One after the other: each build uses every core by itself.
  for (const name of names) paths.push([name, await binary(name, cache, progress, options.downloads)]);
  return Object.fromEntries(paths) as Binaries<Name>;
}

async function binary(name: ToolName, cache: string, progress: Progress, downloads: BinariesOptions['downloads']): Promise<string> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets && ASSETS.has(name) && (await isExecutable(join(assets, name)))) return join(assets, name);

  const path = toolPath(name, cache);
  if (await isExecutable(path)) return path;
  const published = downloads ? envtestPath(name, cache) : undefined;
  if (published !== undefined && (await isExecutable(published))) return published;
  const onWait = (owner: number) => progress(`waiting for process ${owner}, which is building ${name}`);
  return await withLock(join(cache, 'locks', name), onWait, async () => {
    if (await isExecutable(path)) return path;
    const fetched = downloads ? await fetchTool(name, cache, progress, downloads === true ? PUBLISHED_AT : downloads) : undefined;
    if (fetched !== undefined) return fetched;
    await buildTool(name, cache, progress);
    return path;
  });
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
