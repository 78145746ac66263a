import type { SourceRef } from '../model/source-ref';
import type { ClusterFiles } from './cluster-files';
import type { FileTree } from './file-tree';
import type { PreviewMemory } from './preview-memory';
import type { PreviewOptions } from './preview-options';

/** What releases of one cluster are rendered in. */
export interface ClusterScene {
  readonly tree: FileTree;
  readonly options: PreviewOptions;
  readonly memory: PreviewMemory;
  readonly files: ClusterFiles;
  /** A path of the repository as one of the tree; undefined where the tree does not hold it. */
  pathInTree(path: string): string | undefined;
  /** Whether a source is the tree itself. */
  isTree(source: SourceRef): boolean;
  readonly kubernetesVersion?: string;
}
