import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { errors } from '../../common/errors';

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
  const root = ask(folder, 'rev-parse', '--show-toplevel');
  if (root === undefined || root === '') return {};
  return {
    root,
    branch: ask(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    origin: ask(folder, 'remote', 'get-url', 'origin'),
  };
}

/** Makes a Git repository without a commit. Throws `GitFailed`. */
export function makeRepository(folder: string, branch: string): void {
  const { status, stderr } = git(folder, ['init', '--quiet', `--initial-branch=${branch}`]);
  if (status !== 0) throw errors.GitFailed({ command: 'init', reason: stderr.trim() });
}

/** Those of some paths that Git would not take into a commit. */
export function ignored(root: string, paths: readonly string[]): string[] {
  return (ask(root, 'check-ignore', '--no-index', '--', ...paths) ?? '').split('\n').filter((path) => path !== '');
}

function ask(cwd: string, ...args: string[]): string | undefined {
  const { status, stdout } = git(cwd, args);
  return status === 0 ? stdout.trim() : undefined;
}

function git(cwd: string, args: readonly string[]): SpawnSyncReturns<string> {
  const result = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (result.error !== undefined) throw errors.GitMissing({}, result.error);
  return result;
}
