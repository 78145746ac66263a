import { tmpdir } from 'node:os';
import { errors } from '../common/errors';
import { userEnvironment } from '../git/environment';
import { GitExit, runGit } from '../git/run';
import { CommitTree } from './commit-tree';
import { type FileTree, WorkingTree } from './file-tree';

/** The tree of a repository, and where in it a folder is. */
export interface OpenTree {
  readonly tree: FileTree;
  /** From the root of the repository: empty, or ending in `/`. */
  readonly prefix: string;
  /** Ends what reads it. */
  close(): void;
}

/**
 * All of the repository that a folder is in, since charts and overlays may be anywhere in it; a folder in none is a tree of its own.
 * @param ref a commit, branch or tag. @default - the files as they are on disk
 * @throws NoRepository, CommitUnknown
 */
export async function openTree(folder: string, ref?: string): Promise<OpenTree> {
  const place = await placeOf(folder);
  if (place === undefined && ref !== undefined) throw errors.NoRepository({ folder });
  if (place === undefined) return { tree: new WorkingTree(folder), prefix: '', close: () => undefined };
  const { root, prefix, repository } = place;
  if (ref === undefined) return { tree: new WorkingTree(root), prefix, close: () => undefined };
  const commit = await lookUp(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (commit === undefined) throw errors.CommitUnknown({ ref });
  const tree = new CommitTree({ repository, environment: userEnvironment(), scratch: tmpdir() }, commit, '');
  return { tree, prefix, close: () => tree.close() };
}

async function placeOf(folder: string) {
  const said = await lookUp(folder, ['rev-parse', '--absolute-git-dir', '--show-toplevel', '--show-prefix']);
  const [repository, root, prefix = ''] = said?.split('\n') ?? [];
  return repository && root ? { repository, root, prefix } : undefined;
}

async function lookUp(cwd: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await runGit(['-C', cwd, ...args], { environment: userEnvironment() })).toString().trim();
  } catch (failure) {
    if (failure instanceof GitExit) return undefined;
    throw failure;
  }
}
