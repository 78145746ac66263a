import { filesBelow } from '../git/files-below';
import { findFiles } from '../git/find-files';
import { parseListing } from '../git/listing';
import { ObjectReader } from '../git/object-reader';
import { runGit } from '../git/run';
import type { Workplace } from '../git/workplace';
import type { Content, ContentFile } from '../model/content';
import type { FileTree } from './file-tree';
import { folderContent } from './tree-content';

/** Files as a commit of a local repository has them, read from the object database. */
export class CommitTree implements FileTree {
  private readonly reader: ObjectReader;
  private listed?: Promise<readonly ContentFile[]>;

  /**
   * @param commit full id
   * @param prefix folder of cdk8s.yaml from the root of the repository: empty, or ending in `/`
   */
  constructor(
    private readonly place: Workplace,
    private readonly commit: string,
    private readonly prefix: string,
  ) {
    this.reader = new ObjectReader(place.repository, 'contents');
  }

  async list(folder: string): Promise<readonly string[]> {
    const below = `${this.prefix}${folder}`;
    const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', this.commit, ...(below === '' ? [] : ['--', below])];
    const { repository, environment } = this.place;
    const output = await runGit(args, { repository, environment });
    return output
      .toString()
      .split('\0')
      .slice(0, -1)
      .map((path) => path.slice(this.prefix.length))
      .sort();
  }

  async read(path: string): Promise<string | undefined> {
    const object = await this.reader.ask(`${this.commit}:${this.prefix}${path}`);
    return object?.type === 'blob' ? object.content?.toString() : undefined;
  }

  async containing(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(words.map((word) => findFiles(this.place, this.commit, word, [`${this.prefix}${folder}`])));
    return [...new Set(found.flat())].sort().map((path) => path.slice(this.prefix.length));
  }

  async content(folder: string): Promise<Content> {
    this.listed ??= this.listAll();
    const files = filesBelow(await this.listed, `${this.prefix}${folder}`.replace(/\/$/, ''));
    return folderContent(files, async ({ digest }) => (await this.reader.ask(digest.slice('git:'.length)))?.content ?? Buffer.alloc(0));
  }

  /** All of the commit, once for the many folders that are asked for. */
  private async listAll(): Promise<ContentFile[]> {
    const { repository, environment } = this.place;
    const output = await runGit(['ls-tree', '-r', '-z', '--full-tree', this.commit], { repository, environment });
    return parseListing(output).map(({ path, id }) => ({ path, digest: `git:${id}` }));
  }

  /** Ends what reads it. */
  close(): void {
    this.reader.close();
  }
}
