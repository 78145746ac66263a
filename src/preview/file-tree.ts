import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Text files below the folder of cdk8s.yaml, as they are now or were in some commit. Paths are relative to it, with `/`. */
export interface FileTree {
  /** Files below a folder, sorted; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
  /** Files below a folder in which a word stands. */
  containing(folder: string, word: string): Promise<readonly string[]>;
}

/** Files as they are on disk. */
export class WorkingTree implements FileTree {
  constructor(readonly root: string) {}

  async list(folder: string): Promise<readonly string[]> {
    const found: string[] = [];
    const walk = async (path: string): Promise<void> => {
      for (const entry of await readdir(join(this.root, path), { withFileTypes: true }).catch(absent)) {
        const below = `${path}/${entry.name}`;
        if (entry.isDirectory()) await walk(below);
        else if (entry.isFile()) found.push(below);
      }
    };
    await walk(folder);
    return found.sort();
  }

  async read(path: string): Promise<string | undefined> {
    return readFile(join(this.root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
  }

  async containing(folder: string, word: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const path of await this.list(folder)) if ((await this.read(path))?.includes(word)) found.push(path);
    return found;
  }
}

function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
