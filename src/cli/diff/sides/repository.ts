import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { relative, sep } from 'node:path';
import { errors } from '../../../common/errors';
import { askGit } from '../../../git/ask';
import { userEnvironment } from '../../../git/environment';
import type { Workplace } from '../../../git/workplace';

/** Somebody's clone, of which commits are read and nothing is changed. It may have no commit and no remote. */
export class LocalRepository {
  private constructor(
    readonly place: Workplace,
    /** Folder of the work tree. */
    readonly top: string,
  ) {}

  /** @throws NoRepository, GitMissing */
  static at(folder: string): LocalRepository {
    const repository = LocalRepository.around(folder);
    if (repository === undefined) throw errors.NoRepository({ folder });
    return repository;
  }

  /** Undefined where the folder is in none. */
  static around(folder: string): LocalRepository | undefined {
    const [repository, top] = askGit(folder, 'rev-parse', '--absolute-git-dir', '--show-toplevel')?.split('\n') ?? [];
    if (repository === undefined || top === undefined) return undefined;
    return new LocalRepository({ repository, environment: userEnvironment(), scratch: tmpdir() }, top);
  }

  /** A folder of the work tree from its root: empty, or ending in `/`. */
  prefixOf(folder: string): string {
    const path = relative(realpathSync(this.top), realpathSync(folder)).split(sep).join('/');
    return path === '' ? '' : `${path}/`;
  }

  /** Whether there is no commit yet. */
  get isEmpty(): boolean {
    return this.ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}') === undefined;
  }

  /** Full id of a commit. Throws `RefUnknown`. */
  commit(name: string): string {
    const commit = this.ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    if (commit === undefined) throw errors.RefUnknown({ ref: name, remedy: this.remedyFor(name) });
    return commit;
  }

  /** The last commit that two have in common. Throws `MergeBaseMissing`. */
  mergeBase(one: string, other: string): string {
    const base = this.ask('merge-base', this.commit(one), this.commit(other));
    if (base !== undefined) return base;
    const remedy = this.isShallow
      ? 'fetch the rest: git fetch --unshallow; in CI check out with all of it (fetch-depth: 0)'
      : 'compare them as they are: with two dots';
    throw errors.MergeBaseMissing({
      one,
      other,
      reason: this.isShallow ? 'this clone is shallow and lacks their history' : 'their histories are apart',
      remedy,
    });
  }

  /** The branch that is checked out. */
  get branch(): string | undefined {
    return this.ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  }

  /** The branch that clones of the remote start with. */
  get defaultBranch(): string | undefined {
    return this.ask('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD')?.replace(/^origin\//, '');
  }

  private get isShallow(): boolean {
    return this.ask('rev-parse', '--is-shallow-repository') === 'true';
  }

  private remedyFor(name: string): string {
    if (this.isEmpty) return 'commit something first';
    if (/[~^]/.test(name)) return this.isShallow ? 'this clone is shallow: git fetch --unshallow' : 'correct it: there is no such commit before it';
    const [, branch] = /^origin\/(.+)$/.exec(name) ?? [];
    const fetched = branch === undefined ? `git fetch origin ${name}` : `git fetch origin ${branch}:refs/remotes/origin/${branch}`;
    return `correct it, or bring it here: ${fetched}`;
  }

  private ask(...args: string[]): string | undefined {
    return askGit(this.top, ...args);
  }
}
