import { hash } from 'node:crypto';
import { errors } from '../../common/errors';
import { normalPath } from '../../git/listing';
import type { Mirror } from '../../git/mirror';
import type { ContentFile } from '../../model/content';
import { Exclusions, IGNORE_FILE } from './exclusions';
import { commitOf } from './git-checkout';
import type { SourceContent } from './types';

/** Listings kept: a repository's root is read again and again where Kustomizations build overlays, folders once each. */
const KEPT_LISTINGS = 8;

/** Content of one repository, straight out of its mirror. Equal trees are listed once. */
export class GitContent {
  private readonly listings = new Map<string, readonly ContentFile[]>();
  private rules?: { readonly root: string; readonly ignore?: string; readonly exclusions: Promise<Exclusions> };

  constructor(
    readonly mirror: Mirror,
    private readonly name: string,
  ) {}

  /** Throws `SourceNotReady` where the commit is not here, `SourcePathMissing` where it has no such folder. */
  async at(revision: string, path: string, ignore: string | undefined): Promise<SourceContent> {
    const tree = await this.tree(revision, path);
    if (tree === undefined) throw errors.SourcePathMissing({ path, source: this.name, revision });
    const exclusions = await this.exclusions(revision, ignore);
    const files = await this.files(tree, normalPath(path), exclusions);
    const paths = new Map(files.map((file) => [file.digest, file.path]));
    return {
      revision,
      digest: digestOf(tree, normalPath(path), exclusions),
      files,
      read: (digests) => Promise.all(digests.map((digest) => this.mirror.read(digest.slice('git:'.length), paths.get(digest) ?? digest))),
    };
  }

  /** Undefined where the commit has no such folder. */
  async digest(revision: string, path: string, ignore: string | undefined): Promise<string | undefined> {
    const tree = await this.tree(revision, path);
    return tree === undefined ? undefined : digestOf(tree, normalPath(path), await this.exclusions(revision, ignore));
  }

  private async tree(revision: string, path: string): Promise<string | undefined> {
    const tree = await this.mirror.tree(commitOf(revision), path);
    if (tree === undefined && (await this.mirror.commit(commitOf(revision))) === undefined) throw errors.SourceNotReady({ source: this.name });
    return tree;
  }

  /** An ignore file anywhere counts for all of the source, so its root decides. */
  private async exclusions(revision: string, ignore: string | undefined): Promise<Exclusions> {
    const root = (await this.mirror.tree(commitOf(revision), '')) as string;
    if (this.rules?.root !== root || this.rules.ignore !== ignore) this.rules = { root, ignore, exclusions: this.readExclusions(root, ignore) };
    const { rules } = this;
    return rules.exclusions.catch((failure) => {
      if (this.rules === rules) this.rules = undefined;
      throw failure;
    });
  }

  private async readExclusions(root: string, ignore: string | undefined): Promise<Exclusions> {
    const found = (await this.mirror.list(root)).filter(({ path }) => path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`));
    return Exclusions.of(
      await Promise.all(found.map(async ({ id, path }) => ({ path, text: (await this.mirror.read(id, path)).toString() }))),
      ignore,
    );
  }

  private async files(tree: string, folder: string, exclusions: Exclusions): Promise<readonly ContentFile[]> {
    const key = digestOf(tree, folder, exclusions);
    let files = this.listings.get(key);
    if (files === undefined) {
      const prefix = folder === '' ? '' : `${folder}/`;
      files = (await this.mirror.list(tree))
        .filter(({ path }) => !exclusions.excludes(prefix + path))
        .map(({ path, id }) => ({ path, digest: `git:${id}` }));
    }
    this.listings.delete(key);
    this.listings.set(key, files);
    if (this.listings.size > KEPT_LISTINGS) this.listings.delete(this.listings.keys().next().value as string);
    return files;
  }
}

/** The default exclusions know no folders from the root, so there the tree says it all. */
function digestOf(tree: string, folder: string, exclusions: Exclusions): string {
  return exclusions.digest === undefined ? `git:${tree}` : `sha256:${hash('sha256', `${tree}\n${folder}\n${exclusions.digest}`, 'hex')}`;
}
