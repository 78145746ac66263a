import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { errors } from '../common/errors';
import { synthSession } from './session';

export const CONFIG_FILE = 'cdk8s.yaml';

/** What we read of cdk8s.yaml; the rest is the cdk8s CLI's. */
export interface AppConfig {
  /** Command that runs the app. */
  readonly app?: string;
  /** Output folder, relative to cdk8s.yaml. */
  readonly output?: string;
}

/**
 * The folder of the cdk8s.yaml nearest to the program's entry file. Locks, charts and ownership live there, so neither the
 * working folder nor the output folder takes part. Without a cdk8s.yaml it is the folder of the nearest package.json, else the entry's own.
 *
 * @param entry the program's main file.
 * @default - the file this process was started with
 */
export function synthRoot(entry?: string): string {
  return entry === undefined && synthSession.root !== undefined ? synthSession.root : rootOf(entry ?? require.main?.filename ?? process.argv[1]);
}

function rootOf(entry: string | undefined): string {
  const start = entry ? dirname(resolve(entry)) : process.cwd();
  return nearest(start, CONFIG_FILE) ?? nearest(start, 'package.json') ?? start;
}

/** The nearest folder at or above `start` that holds `file`. */
export function nearest(start: string, file: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Settings of the cdk8s.yaml in `root`; empty without one. */
export function readConfig(root: string): AppConfig {
  const file = join(root, CONFIG_FILE);
  if (!existsSync(file)) return {};
  try {
    return (load(readFileSync(file, 'utf8')) ?? {}) as AppConfig;
  } catch (cause) {
    throw errors.ConfigUnreadable({ file, reason: (cause as Error).message.split('\n')[0] }, cause);
  }
}
