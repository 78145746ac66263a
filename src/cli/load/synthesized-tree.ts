import type { Content } from '../../model/content';
import type { FileTree } from '../../preview/file-tree';
import { blobDigest, folderContent } from '../../preview/tree-content';

/** A tree with some files in other words than they lie there, and without others. */
export class SynthesizedTree implements FileTree {
  /**
   * @param written texts by path
   * @param gone paths that are not there, unless they are written
   */
  constructor(
    private readonly base: FileTree,
    private readonly written: ReadonlyMap<string, string>,
    private readonly gone: ReadonlySet<string>,
  ) {}

  async list(folder: string): Promise<readonly string[]> {
    const kept = (await this.base.list(folder)).filter((path) => this.isKept(path));
    return [...kept, ...this.writtenBelow(folder)].sort();
  }

  async read(path: string): Promise<string | undefined> {
    const written = this.written.get(path);
    return written !== undefined || this.gone.has(path) ? written : this.base.read(path);
  }

  async containing(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
    const kept = (await this.base.containing(folder, ...words)).filter((path) => this.isKept(path));
    return [...kept, ...this.writtenBelow(folder).filter((path) => words.some((word) => this.written.get(path)?.includes(word)))].sort();
  }

  async content(folder: string): Promise<Content> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const base = await this.base.content(folder);
    const bytes = new Map<string, Buffer>();
    const kept = base.files.filter(({ path }) => this.isKept(prefix + path));
    const written = this.writtenBelow(folder).map((path) => {
      const text = Buffer.from(this.written.get(path) as string);
      const digest = blobDigest(text);
      bytes.set(digest, text);
      return { path: path.slice(prefix.length), digest };
    });
    const files = [...kept, ...written].sort((a, b) => (a.path < b.path ? -1 : 1));
    return folderContent(files, async ({ digest }) => bytes.get(digest) ?? (await base.read([digest]))[0]);
  }

  private isKept(path: string): boolean {
    return !this.written.has(path) && !this.gone.has(path);
  }

  private writtenBelow(folder: string): string[] {
    const prefix = folder === '' ? '' : `${folder}/`;
    return [...this.written.keys()].filter((path) => path.startsWith(prefix));
  }
}
