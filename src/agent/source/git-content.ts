import { hash } from 'node:crypto';
import { errors } from '../../common/errors';
import { filesBelow } from '../../git/files-below';
import { normalPath, type TreeFile } from '../../git/listing';
import type { Mirror } from '../../git/mirror';
import type { ContentFile } from '../../model/content';
import { Exclusions, IGNORE_FILE } from './exclusions';
import { commitOf } from './git-checkout';
import type { SourceContent } from './types';

/** All files of a revision: listed once, for the many folders that are asked for. */
interface Root {
  readonly tree: string;
  readonly ignore?: string;
  /** Sorted by path; those that do not belong to the content are left out. */
  readonly files: readonly TreeFile[];
  readonly exclusions: Exclusions;
}

/** Content of one repository, straight out of its mirror. */
export class GitContent {
  private root?: { readonly tree: string; readonly ignore?: string; readonly read: Promise<Root> };

  constructor(
    readonly mirror: Mirror,
    private readonly name: string,
  ) {}

  /** Throws `SourceNotReady` where the commit is not here, `SourcePathMissing` where it has no such folder. */
  async at(revision: string, path: string, ignore: string | undefined): Promise<SourceContent> {
    const folder = normalPath(path);
    const tree = await this.tree(revision, folder);
    if (tree === undefined) throw errors.SourcePathMissing({ path, source: this.name, revision });
    const { files: all, exclusions } = await this.rootOf(revision, ignore);
    const files = filesBelow(all, folder).map((file): ContentFile => ({ path: file.path, digest: `git:${file.id}` }));
    const paths = new Map(files.map((file) => [file.digest, file.path]));
    return {
      revision,
      digest: digestOf(tree, folder, exclusions),
      files,
      read: (digests) => Promise.all(digests.map((digest) => this.mirror.read(digest.slice('git:'.length), paths.get(digest) ?? digest))),
    };
  }

  /** Undefined where the commit has no such folder. */
  async digest(revision: string, path: string, ignore: string | undefined): Promise<string | undefined> {
    const folder = normalPath(path);
    const tree = await this.tree(revision, folder);
    return tree === undefined ? undefined : digestOf(tree, folder, (await this.rootOf(revision, ignore)).exclusions);
  }

  private async tree(revision: string, folder: string): Promise<string | undefined> {
    const commit = commitOf(revision);
    const tree = await this.mirror.tree(commit, folder);
    if (tree !== undefined) return tree;
    if ((await this.mirror.commit(commit)) === undefined) throw errors.SourceNotReady({ source: this.name });
    // It may have come in between.
    return await this.mirror.tree(commit, folder);
  }

  private async rootOf(revision: string, ignore: string | undefined): Promise<Root> {
    const tree = (await this.mirror.tree(commitOf(revision), '')) as string;
    if (this.root?.tree !== tree || this.root.ignore !== ignore) this.root = { tree, ignore, read: this.readRoot(tree, ignore) };
    const { root } = this;
    return await root.read.catch((failure) => {
      if (this.root === root) this.root = undefined;
      throw failure;
    });
  }

  /** An ignore file anywhere counts for all of the source. */
  private async readRoot(tree: string, ignore: string | undefined): Promise<Root> {
    const all = await this.mirror.list(tree);
    const found = all.filter(({ path }) => path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`));
    const read = async ({ id, path }: TreeFile) => ({ path, text: (await this.mirror.read(id, path)).toString() });
    const exclusions = Exclusions.of(await Promise.all(found.map(read)), ignore);
    return { tree, ignore, files: all.filter(({ path }) => !exclusions.excludes(path)), exclusions };
  }
}

/** The default exclusions know no folders from the root, so there the tree says it all. */
function digestOf(tree: string, folder: string, exclusions: Exclusions): string {
  return exclusions.digest === undefined ? `git:${tree}` : `sha256:${hash('sha256', `${tree}\n${folder}\n${exclusions.digest}`, 'hex')}`;
}
