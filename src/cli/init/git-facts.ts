import { spawnSync } from 'node:child_process';
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

/** Makes a Git repository without a commit. */
export function makeRepository(folder: string, branch: string): void {
  ask(folder, 'init', '--quiet', `--initial-branch=${branch}`);
}

/** Those of some paths that Git would not take into a commit. */
export function ignored(root: string, paths: readonly string[]): string[] {
  return (ask(root, 'check-ignore', '--no-index', '--', ...paths) ?? '').split('\n').filter((path) => path !== '');
}

function ask(cwd: string, ...args: string[]): string | undefined {
  const { status, stdout, error } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw errors.GitMissing({}, error);
  return status === 0 ? stdout.trim() : undefined;
}
