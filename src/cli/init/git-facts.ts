import { spawnSync } from 'node:child_process';
import { errors } from '../../common/errors';
import { askGit } from '../../git/ask';

/** What Git says of a folder. */
export interface GitFacts {
  /** Root of the working tree. Undefined where the folder is in none. */
  readonly root?: string;
  readonly branch?: string;
  /** Address of the remote `origin`. */
  readonly origin?: string;
}

/** @throws GitMissing */
export function gitFacts(folder: string): GitFacts {
  const root = askGit(folder, 'rev-parse', '--show-toplevel');
  if (root === undefined || root === '') return {};
  return {
    root,
    branch: askGit(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    origin: askGit(folder, 'remote', 'get-url', 'origin'),
  };
}

/** Makes a Git repository without a commit. Throws `GitFailed`. */
export function makeRepository(folder: string, branch: string): void {
  const { status, stderr } = spawnSync('git', ['init', '--quiet', `--initial-branch=${branch}`], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw errors.GitFailed({ command: 'init', reason: stderr.trim() });
}

/** Those of some paths that Git would not take into a commit. */
export function ignored(root: string, paths: readonly string[]): string[] {
  return (askGit(root, 'check-ignore', '--no-index', '--', ...paths) ?? '').split('\n').filter((path) => path !== '');
}
