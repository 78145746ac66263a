import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ToolName, toolOf } from './tools';

/** Folder of everything built once per machine: `FAIRLEAD_CACHE`, or `fairlead` in the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.FAIRLEAD_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fairlead');
}

/** Where a tool is once it is built. */
export function toolPath(name: ToolName, cache: string): string {
  return join(cache, 'tools', name, toolOf(name).version, name);
}
