import { relative, sep } from 'node:path';
import { layerPath } from '../synth/file-name';
import { committedOutput } from '../synth/output-folder';
import type { Cluster } from './cluster';

/** A folder of the program as Flux's objects say it, without `./`: from the root of the repository. */
export function gitPath({ platform }: Cluster, ...folders: readonly string[]): string {
  return [...platform.repository.directory.split('/'), ...folders].filter((part) => part !== '').join('/');
}

/** Folder of a layer in the output; of the whole cluster without one. */
export function outputPath(cluster: Cluster, layer?: string): string {
  const { root } = cluster.platform;
  const [clusterFolder, layerFolder] = layerPath({ cluster: cluster.node.id, layer: layer ?? '' });
  return gitPath(cluster, ...relative(root, committedOutput(root)).split(sep), clusterFolder, ...(layer === undefined ? [] : [layerFolder]));
}
