import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow } from '../git/files-below';
import type { Content } from '../model/content';
import { blobDigest, folderContent } from './tree-content';

/** Files below the folder of cdk8s.yaml, as they are now or were in some commit. Paths are relative to it, with `/`. */
export interface FileTree {
  /** Files below a folder, sorted; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
  /** Files below a folder in which a word stands, any of them. */
  containing(folder: string, ...words: readonly string[]): Promise<readonly string[]>;
  /**
   * The folder with its bytes, empty where there is none; an empty name is all of the tree. Digests are Git's: what is equal in two trees is known to
   * be without reading it twice. Symlinks are left out, as in what a cluster reads.
   */
  content(folder: string): Promise<Content>;
}

/** Folders that no source has. */
const NEVER_READ = new Set(['.git', 'node_modules']);
/** Bytes of contents that are kept; others are read again. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;

interface KnownFile {
  readonly digest: string;
  readonly bytes?: Buffer;
}

/** Files as they are on disk. */
export class WorkingTree implements FileTree {
  /** Of contents, which stay as they were when they were first asked for. */
  private readonly known = new Map<string, KnownFile>();
  /** All of it, which every overlay may reach into. */
  private whole: Content | undefined;
  private keptBytes = 0;

  constructor(readonly root: string) {}

  async list(folder: string): Promise<readonly string[]> {
    const found: string[] = [];
    const walk = async (path: string): Promise<void> => {
      for (const entry of await readdir(join(this.root, path), { withFileTypes: true }).catch(absent)) {
        const below = path === '' ? entry.name : `${path}/${entry.name}`;
        if (entry.isDirectory() && !NEVER_READ.has(entry.name)) await walk(below);
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

  async containing(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const path of await this.list(folder)) {
      const text = await this.read(path);
      if (words.some((word) => text?.includes(word))) found.push(path);
    }
    return found;
  }

  // All at once: thousands of small files are read several times slower one promise each.
  async content(folder: string): Promise<Content> {
    if (folder !== '') return this.contentOf(folder);
    this.whole ??= this.contentOf('');
    return this.whole;
  }

  private contentOf(folder: string): Content {
    const paths: string[] = [];
    const walk = (path: string): void => {
      for (const entry of entriesOf(join(this.root, path))) {
        const below = path === '' ? entry.name : `${path}/${entry.name}`;
        if (entry.isDirectory() && !NEVER_READ.has(entry.name)) walk(below);
        else if (entry.isFile()) paths.push(below);
      }
    };
    walk(folder);
    const files = paths.map((path) => ({ path, digest: this.fileAt(path).digest }));
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    const prefix = folder === '' ? '' : `${folder}/`;
    return folderContent(filesBelow(files, folder), async ({ path }) => {
      const { bytes } = this.fileAt(prefix + path);
      return bytes ?? readFileSync(join(this.root, prefix + path));
    });
  }

  private fileAt(path: string): KnownFile {
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const bytes = readFileSync(join(this.root, path));
    const isKept = this.keptBytes + bytes.length <= MOST_KEPT_BYTES;
    if (isKept) this.keptBytes += bytes.length;
    const file = { digest: blobDigest(bytes), ...(isKept ? { bytes } : {}) };
    this.known.set(path, file);
    return file;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return absent(error as NodeJS.ErrnoException);
  }
}

function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
