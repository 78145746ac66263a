import { filesBelow } from '../../src/git/files-below';
import type { Content } from '../../src/model/content';
import type { FileTree } from '../../src/preview/file-tree';
import { blobDigest, folderContent } from '../../src/preview/tree-content';

/** A tree of files that a test writes down. */
export class MemoryTree implements FileTree {
  constructor(private readonly files: Readonly<Record<string, string>>) {}

  async list(folder: string): Promise<readonly string[]> {
    return Object.keys(this.files)
      .filter((path) => folder === '' || path.startsWith(`${folder}/`))
      .sort();
  }

  async read(path: string): Promise<string | undefined> {
    return this.files[path];
  }

  async containing(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
    return (await this.list(folder)).filter((path) => words.some((word) => this.files[path].includes(word)));
  }

  async content(folder: string): Promise<Content> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const all = (await this.list('')).map((path) => ({ path, digest: blobDigest(Buffer.from(this.files[path])) }));
    return folderContent(filesBelow(all, folder), async ({ path }) => Buffer.from(this.files[prefix + path]));
  }
}
