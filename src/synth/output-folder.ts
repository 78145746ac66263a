import { existsSync, lstatSync } from 'node:fs';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';
import { errors } from '../common/errors';
import { orAbsent } from './or-absent';
import { readConfig } from './root';

export interface OutputFolder {
  /** Absolute. */
  readonly path: string;
  /** Folder that holds `.fairlead`, to which paths in ownership are relative. Absolute. */
  readonly base: string;
}

/** The output folder that cdk8s.yaml names: the one that is committed. */
export function committedOutput(root: string): string {
  return resolve(root, readConfig(root).output ?? 'dist');
}

/**
 * Where an app is written. Any other folder than the committed one keeps its ownership inside itself, so that a look at what would come out
 * changes nothing in the repository.
 * @throws FairleadError for a folder that holds something else than output
 */
export function outputFolder(root: string, outdir: string | undefined): OutputFolder {
  const committed = committedOutput(root);
  const path = outdir === undefined ? committed : resolve(outdir);
  refuseUnsafe(path, root);
  return { path, base: path === committed && isInside(path, root) ? root : path };
}

/** What stands before the path of a file in ownership. */
export function prefixOf({ path, base }: OutputFolder): string {
  const prefix = relative(base, path).split(sep).join('/');
  return prefix === '' ? '' : `${prefix}/`;
}

function refuseUnsafe(folder: string, root: string): void {
  const unsafe = (reason: string) => errors.OutputUnsafe({ folder, reason });
  if (folder === parse(folder).root) throw unsafe('it is the root of the file system');
  if (folder === root || isInside(root, folder)) throw unsafe('the program lies in it');
  const within = relative(root, folder).split(sep);
  const reserved = ['.git', '.fairlead', 'node_modules', 'locks'].find((name) => within.includes(name));
  if (reserved && within[0] !== '..') throw unsafe(`it is inside ${reserved}`);
  const sign = ['.git', 'package.json', 'cdk8s.yaml'].find((name) => existsSync(join(folder, name)));
  if (sign) throw unsafe(`it holds ${sign}`);
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) throw unsafe(there.isSymbolicLink() ? 'it is a symbolic link' : 'it is a file');
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Refuses a symbolic link among the folders between `folder` and a file in it: writing would leave the output folder. */
export function refuseLinks(folder: string, file: string, seen: Set<string>): void {
  for (let parent = dirname(file); parent !== folder && !seen.has(parent); parent = dirname(parent)) {
    seen.add(parent);
    const there = orAbsent(() => lstatSync(parent));
    if (there && !there.isDirectory())
      throw errors.OutputUnsafe({ folder: parent, reason: there.isSymbolicLink() ? 'it is a symbolic link' : 'it is a file' });
  }
}
