import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { normalPath } from '../../../git/listing';
import { CommitTree } from '../../../preview/commit-tree';
import { type FileTree, WorkingTree } from '../../../preview/file-tree';
import { PreviewMemory } from '../../../preview/preview-memory';
import { previewOf } from '../../../preview/preview-of';
import type { PreviewOptions } from '../../../preview/preview-options';
import type { RepositoryCharts } from '../../../preview/repository-charts';
import { folderContent } from '../../../preview/tree-content';
import type { Preview, PreviewCluster } from '../../../preview/types';
import { createEngine, type NativeEngine } from '../../../render/engine';
import { type AppConfig, CONFIG_FILE, nearest } from '../../../synth/root';
import { servedApis } from '../../../validate/schema/served-apis';
import { findEntry } from '../../entry';
import { synthesizeNow } from '../../load/synthesize-now';
import { openCharts } from './charts';
import { LocalRepository } from './repository';

/** One side of a comparison. */
export interface Side {
  /** In words. */
  readonly name: string;
  readonly tree: FileTree;
  /** Folder that Kustomizations are looked for in, from the root of the tree. */
  readonly output: string;
  /** Whether files that no Kustomization applies are what a cluster gets. They are not where the tree is from before the program. */
  readonly loose: boolean;
}

export interface TreesOptions {
  /** Runs the program for what is in the working tree. */
  readonly synth: boolean;
  readonly offline?: boolean;
  /** Told in words what takes its time. */
  readonly progress?: (text: string) => void;
}

/** What can be looked at from a folder: its program, its files, commits of its repository. What previews have in common is made once. */
export class Trees {
  private readonly engine: NativeEngine = createEngine();
  private readonly charts: RepositoryCharts;
  private readonly memory = new PreviewMemory();
  private readonly open: CommitTree[] = [];
  private readonly root: string;
  private opened?: LocalRepository;

  constructor(
    private readonly cwd: string,
    private readonly options: TreesOptions,
  ) {
    this.root = nearest(cwd, CONFIG_FILE) ?? cwd;
    this.charts = openCharts(options);
  }

  /** Throws `NoRepository`. */
  get repository(): LocalRepository {
    this.opened ??= LocalRepository.at(this.root);
    return this.opened;
  }

  /** Files of a commit. Throws `RefUnknown`. */
  async atCommit(ref: string, name: string = ref): Promise<Side> {
    if (ref === 'HEAD' && this.repository.isEmpty) return { name: 'nothing (no commit yet)', tree: emptyTree, output: '', loose: false };
    const tree = new CommitTree(this.repository.place, this.repository.commit(ref), '');
    this.open.push(tree);
    return { name, tree, ...(await this.outputAt(tree, this.repository.prefixOf(this.root))) };
  }

  /** What the program gives now, or where there is none or nobody wants it, the files as they lie there. */
  async now(): Promise<Side> {
    const repository = this.opened ?? LocalRepository.around(this.root);
    const tree = new WorkingTree(repository?.top ?? this.root);
    const prefix = repository?.prefixOf(this.root) ?? '';
    const folder = await this.outputAt(tree, prefix);
    if (!this.options.synth || !hasProgram(this.cwd)) return { name: 'the working tree', tree, ...folder };
    return { name: 'the program now', tree: await synthesizeNow(tree, this.root, this.cwd, prefix), ...folder };
  }

  async preview({ tree, output, loose }: Side, options: Pick<PreviewOptions, 'clusters' | 'layers' | 'rendering'> = {}): Promise<Preview> {
    const { engine, charts, memory } = this;
    const { clusters } = await previewOf(tree, output, { engine, charts, memory, apiVersions: servedApis, ...options });
    return { clusters: loose ? clusters : clusters.filter(isApplied) };
  }

  /** The output folder as the cdk8s.yaml of a tree names it; of a repository without one, the folder itself. */
  private async outputAt(tree: FileTree, prefix: string): Promise<Pick<Side, 'output' | 'loose'>> {
    const text = await tree.read(prefix + CONFIG_FILE);
    if (text === undefined) return { output: prefix.replace(/\/$/, ''), loose: !existsSync(join(this.root, CONFIG_FILE)) };
    const { output = 'dist' } = (load(text) ?? {}) as AppConfig;
    return { output: normalPath(prefix + output), loose: true };
  }

  async close(): Promise<void> {
    for (const tree of this.open) tree.close();
    this.charts.close();
    await this.engine.close();
  }
}

const emptyTree: FileTree = {
  list: async () => [],
  read: async () => undefined,
  containing: async () => [],
  content: async () => folderContent([], async () => Buffer.alloc(0)),
};

function hasProgram(cwd: string): boolean {
  try {
    findEntry(undefined, cwd);
    return true;
  } catch {
    return false;
  }
}

function isApplied({ root, layers }: PreviewCluster): boolean {
  return root !== undefined || layers.some(({ kustomization }) => kustomization !== undefined);
}
