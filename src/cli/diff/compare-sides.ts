import { load } from 'js-yaml';
import { errors } from '../../common/errors';
import { normalPath } from '../../git/listing';
import type { ChartLibrary } from '../../preview/chart-library';
import { CommitTree } from '../../preview/commit-tree';
import { type FileTree, WorkingTree } from '../../preview/file-tree';
import { PreviewMemory } from '../../preview/preview-memory';
import { previewOf } from '../../preview/preview-of';
import { folderContent } from '../../preview/tree-content';
import type { Preview } from '../../preview/types';
import { createEngine } from '../../render/engine';
import { type AppConfig, CONFIG_FILE, nearest } from '../../synth/root';
import { findEntry } from '../entry';
import { mapAt } from './findings/fields';
import { makeReport } from './make-report';
import type { Report } from './report';
import { chooseSides } from './sides/choose-sides';
import { LocalRepository } from './sides/repository';
import { synthesizeNow } from './sides/synthesize-now';
import { targetBranch } from './sides/target-branch';

export interface CompareOptions {
  readonly mergeBase?: boolean;
  readonly synth: boolean;
  readonly branch?: string;
}

interface Side {
  readonly name: string;
  readonly tree: FileTree;
  /** Folder that Kustomizations are looked for in, from the root of the tree. */
  readonly output: string;
}

/** Charts that are in no tree. */
const charts: ChartLibrary = {
  published: (repository, chart) => Promise.reject(errors.ChartNotCached({ chart, url: String(mapAt(repository, 'spec').url) })),
  artifact: (repository) => Promise.reject(errors.ChartNotCached({ chart: repository.metadata.name, url: String(mapAt(repository, 'spec').url) })),
};

/** Compares what somebody asked for, from a folder of theirs. */
export async function compareSides(cwd: string, argument: string, options: CompareOptions): Promise<Report> {
  const root = nearest(cwd, CONFIG_FILE) ?? cwd;
  const repository = LocalRepository.at(root);
  const prefix = repository.prefixOf(root);
  const sides = chooseSides(argument, options.mergeBase);
  const engine = createEngine();
  const open: CommitTree[] = [];
  try {
    const atCommit = async (ref: string, name: string): Promise<Side> => {
      const tree = new CommitTree(repository.place, repository.commit(ref), '');
      open.push(tree);
      return { name, tree, output: await outputAt(tree, prefix) };
    };
    const ref = sides.kind === 'working' ? sides.ref : sides.before;
    const other = sides.kind === 'working' ? 'HEAD' : sides.after;
    const start = sides.fromBase ? repository.mergeBase(ref, other) : ref;
    const before = isUnborn(repository, start) ? nothing : await atCommit(start, sides.fromBase ? `${ref} (since ${start.slice(0, 7)})` : ref);
    const after = sides.kind === 'commits' ? await atCommit(other, other) : await workingSide(cwd, root, repository, prefix, options.synth);

    const memory = new PreviewMemory();
    const preview = (side: Side): Promise<Preview> => previewOf(side.tree, side.output, { engine, charts, rendering: 'later', memory });
    const [old, now] = await Promise.all([preview(before), preview(after)]);
    const { branch: current, defaultBranch: remoteDefault } = repository;
    const branch = targetBranch(now, { asked: options.branch, variables: process.env, ref, current, remoteDefault });
    return await makeReport({ before: { name: before.name, preview: old }, after: { name: after.name, preview: now }, branch });
  } finally {
    for (const tree of open) tree.close();
    await engine.close();
  }
}

/** A repository whose first commit is still to come. */
function isUnborn(repository: LocalRepository, ref: string): boolean {
  return ref === 'HEAD' && repository.isEmpty;
}

const emptyTree: FileTree = {
  list: async () => [],
  read: async () => undefined,
  containing: async () => [],
  content: async () => folderContent([], async () => Buffer.alloc(0)),
};

const nothing: Side = { name: 'nothing (no commit yet)', tree: emptyTree, output: '' };

/** What the program gives now, or where there is none or nobody wants it, the files as they lie there. */
async function workingSide(cwd: string, root: string, repository: LocalRepository, prefix: string, wantsSynth: boolean): Promise<Side> {
  const tree = new WorkingTree(repository.top);
  const output = await outputAt(tree, prefix);
  if (!wantsSynth || !hasProgram(cwd)) return { name: 'working tree', tree, output };
  return { name: 'the program now', tree: await synthesizeNow(tree, root, cwd, prefix), output };
}

function hasProgram(cwd: string): boolean {
  if (nearest(cwd, CONFIG_FILE) !== undefined) return true;
  try {
    findEntry(undefined, cwd);
    return true;
  } catch {
    return false;
  }
}

/** The output folder as the cdk8s.yaml of a tree names it; of a repository without one, the folder itself. */
async function outputAt(tree: FileTree, prefix: string): Promise<string> {
  const text = await tree.read(prefix + CONFIG_FILE);
  if (text === undefined) return prefix.replace(/\/$/, '');
  const { output = 'dist' } = (load(text) ?? {}) as AppConfig;
  return normalPath(prefix + output);
}
