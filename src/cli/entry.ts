import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errors } from '../common/errors';
import { CONFIG_FILE, nearest, readConfig } from '../synth/root';

const SCRIPT = /\.[cm]?[jt]sx?$/;

/**
 * The program to run: what was asked for, else what `app` of the nearest cdk8s.yaml runs, else main.ts beside it.
 * @throws FairleadError when there is no such file
 */
export function findEntry(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) return existing(resolve(cwd, asked));
  const folder = nearest(cwd, CONFIG_FILE) ?? cwd;
  return existing(join(folder, scriptOf(readConfig(folder).app ?? '') ?? 'main.ts'));
}

/** The last script a command names: the rest of it is whatever runs it. */
export function scriptOf(command: string): string | undefined {
  return command
    .split(/\s+/)
    .map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))
    .findLast((word) => SCRIPT.test(word));
}

function existing(path: string): string {
  if (!existsSync(path)) throw errors.EntryMissing({ looked: `${path} does not exist` });
  return path;
}
