import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FOLDER } from '../model/lock';
import { orAbsent } from './or-absent';

/** Where locks are read from. Paths are from the folder of cdk8s.yaml, with `/`. */
export interface LockFiles {
  read(path: string): string | undefined;

  /** Lock files of a cluster. */
  list(cluster: string): readonly string[];
}

/** Locks as they lie on disk. */
export function locksOnDisk(root: string): LockFiles {
  return {
    read: (path) => orAbsent(() => readFileSync(join(root, path), 'utf8')),
    list: (cluster) => {
      const folder = `${LOCK_FOLDER}/${cluster}`;
      return foldersIn(join(root, folder)).flatMap((layer) => filesIn(join(root, folder, layer)).map((file) => `${folder}/${layer}/${file}`));
    },
  };
}

/** Locks by path. */
export function locksInMemory(texts: ReadonlyMap<string, string>): LockFiles {
  return {
    read: (path) => texts.get(path),
    list: (cluster) => [...texts.keys()].filter((path) => path.startsWith(`${LOCK_FOLDER}/${cluster}/`)),
  };
}

function foldersIn(folder: string): string[] {
  return entriesIn(folder, (entry) => entry.isDirectory());
}

function filesIn(folder: string): string[] {
  return entriesIn(folder, (entry) => entry.isFile() && entry.name.endsWith('.yaml'));
}

function entriesIn(folder: string, wanted: (entry: { name: string; isDirectory(): boolean; isFile(): boolean }) => boolean): string[] {
  const entries = orAbsent(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries
    .filter(wanted)
    .map(({ name }) => name)
    .sort();
}
