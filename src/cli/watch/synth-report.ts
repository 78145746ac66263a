import fs, { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWithin } from './is-watched';
import { REPORT_FD } from './report-fd';

/** What one synth tells the watch that started it. Paths are absolute. */
export interface Report {
  /** Files it read that are outside the program's folder. */
  readonly reads: readonly string[];
  readonly written: readonly string[];
}

export interface SynthReport {
  /** Adds files that were read. */
  readonly read: (paths: readonly string[]) => void;
  /** Once, at the end, with what was written. */
  readonly tell: (written: readonly string[]) => void;
}

/** Collects what a program reads outside its folder from here on. */
export function reportToWatch(root: string): SynthReport {
  const fd = Number(process.env[REPORT_FD]);
  // What the program starts is none of the watch's.
  delete process.env[REPORT_FD];
  const reads = new Set<string>();
  const read = (paths: readonly string[]) => {
    for (const path of paths) if (isElsewhere(path, root)) reads.add(path);
  };
  record((path) => read([path]));
  return { read, tell: (written) => writeSync(fd, JSON.stringify({ reads: [...reads], written } satisfies Report)) };
}

/** Undefined where the synth ended before it could tell. */
export function parseReport(text: string): Report | undefined {
  return text === '' ? undefined : (JSON.parse(text) as Report);
}

const OWN = join(__dirname, '..', '..', '..');

/** Packages do not change while somebody works on a program, and the system is not the program's. */
function isElsewhere(path: string, root: string): boolean {
  return !isWithin(path, root) && !path.includes(`${sep}node_modules${sep}`) && !isWithin(path, OWN) && !/^\/(proc|dev|sys|etc)\//.test(path);
}

type Reader = (path: unknown, ...rest: unknown[]) => unknown;

function record(tell: (path: string) => void): void {
  const wrap = (owner: object, name: string) => {
    const readers = owner as { [name: string]: Reader };
    const read = readers[name];
    readers[name] = function (this: unknown, path, ...rest) {
      const text = path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : path;
      if (typeof text === 'string') tell(resolve(text));
      return read.call(this, path, ...rest);
    };
  };
  for (const name of ['readFileSync', 'readFile', 'createReadStream', 'openSync', 'open']) wrap(fs, name);
  for (const name of ['readFile', 'open']) wrap(fs.promises, name);
  syncBuiltinESMExports();
}
