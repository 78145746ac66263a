import { spawnSync } from 'node:child_process';
import { errors } from '../common/errors';
import { userEnvironment } from './environment';

/** What git answers in a folder, without the space around it; undefined where it refuses. For what is asked once and answered at once. Throws `GitMissing`. */
export function askGit(folder: string, ...args: readonly string[]): string | undefined {
  const { status, stdout, error } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', env: userEnvironment() });
  if (error !== undefined) throw errors.GitMissing({}, error);
  return status === 0 ? stdout.trim() : undefined;
}
