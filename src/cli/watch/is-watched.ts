import { basename, join, sep } from 'node:path';

// What editors and tools leave for a moment.
const PASSING = /~$|\.sw[a-z]$|^\.#|^4913$|\.tmp$/;
const FOREIGN = new Set(['node_modules', '.git']);

/** The part of the file system that decides on what is synthesized. */
export interface Watched {
  /** Folder of cdk8s.yaml. */
  readonly root: string;
  /** Output folder. What is in it is written, not read. */
  readonly output: string;
  /** Files elsewhere that the program read. */
  readonly reads: ReadonlySet<string>;
}

/** Whether a change of a path, or of what is in it, may change the output. All of the program's folder may: programs read what they like. */
export function isWatched(path: string, { root, output, reads }: Watched): boolean {
  if (!isWithin(path, root)) return reads.has(path);
  if (isWithin(path, output)) return false;
  const own = join(root, '.fairlead');
  if (isWithin(path, own)) return path === own || isWithin(path, join(own, 'clusters'));
  const names = path.slice(root.length).split(sep);
  return !names.some((name) => FOREIGN.has(name)) && !PASSING.test(basename(path));
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
