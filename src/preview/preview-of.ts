import { normalPath } from '../git/listing';
import type { SourceRef } from '../model/source-ref';
import { previewCluster } from './cluster-preview';
import { clusterStarts } from './cluster-starts';
import type { FileTree } from './file-tree';
import { findKustomizations } from './find-kustomizations';
import { PreviewMemory } from './preview-memory';
import type { PreviewOptions } from './preview-options';
import { SAME_ROOT } from './tree-place';
import type { Preview, PreviewCluster } from './types';

/**
 * What every cluster gets from a tree of files, without a cluster. What is wrong is told with the layer or release that it is wrong with.
 * @param output folder in which Kustomizations are looked for, from the root of the tree; empty for all of it
 */
export async function previewOf(tree: FileTree, output: string, options: PreviewOptions): Promise<Preview> {
  const memory = options.memory ?? new PreviewMemory();
  const folder = normalPath(output);
  const starts = clusterStarts(await findKustomizations({ tree, engine: options.engine, memory }, folder), folder);
  const wanted = starts.filter(({ name }) => options.clusters?.includes(name) ?? true);
  const clusters = await Promise.all(wanted.map((start) => previewCluster({ tree, options, memory }, start, folder)));
  return { clusters: clusters.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/**
 * What a cluster would get that applied a folder, which none does.
 * @param sources that are taken for the tree itself
 */
export function previewFolder(tree: FileTree, folder: string, sources: readonly SourceRef[], options: PreviewOptions): Promise<PreviewCluster> {
  const start = { name: folder, kustomizations: [], sources, place: SAME_ROOT };
  return previewCluster({ tree, options, memory: options.memory ?? new PreviewMemory() }, start, folder);
}
