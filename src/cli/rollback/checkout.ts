import { tmpdir } from 'node:os';
import { errors } from '../../common/errors';
import { askGit } from '../../git/ask';
import { userEnvironment } from '../../git/environment';
import { explain } from '../../git/failure';
import { GitExit, runGit } from '../../git/run';
import type { Workplace } from '../../git/workplace';
import type { Person } from '../../git/writing';

/** Somebody's clone of the repository. Its work tree and index are never touched: commits are made in the object database. */
export class Checkout {
  readonly place: Workplace;

  private constructor(
    repository: string,
    /** Folder of cdk8s.yaml from the root of the repository: empty, or ending in `/`. */
    readonly prefix: string,
    /** Name of the remote that is followed. */
    readonly remote: string,
  ) {
    this.place = { repository, environment: userEnvironment(), scratch: tmpdir(), interactive: true };
  }

  /**
   * @param root folder of cdk8s.yaml
   * @throws NoRepository, NoRemote
   */
  static at(root: string): Checkout {
    const ask = (...args: string[]) => askGit(root, ...args);
    const repository = ask('rev-parse', '--absolute-git-dir');
    if (repository === undefined) throw errors.NoRepository({ folder: root });
    const remotes = (ask('remote') ?? '').split('\n').filter((name) => name !== '');
    const branch = ask('symbolic-ref', '--quiet', '--short', 'HEAD');
    const wanted = [branch === undefined ? undefined : ask('config', `branch.${branch}.remote`), 'origin', remotes[0]];
    const remote = wanted.find((name) => name !== undefined && remotes.includes(name));
    if (remote === undefined) throw errors.NoRemote({ folder: root });
    return new Checkout(repository, ask('rev-parse', '--show-prefix') ?? '', remote);
  }

  /** Full id of the commit a name means; undefined where it means none. */
  async commit(name: string): Promise<string | undefined> {
    return this.lookUp(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  }

  /** Brings the head of a branch from the remote. Throws the errors of fetching. */
  async fetch(branch: string): Promise<string> {
    const ref = this.trackingRef(branch);
    try {
      await this.git(['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', this.remote, `+refs/heads/${branch}:${ref}`]);
    } catch (failure) {
      throw explain(failure, { url: this.remote, ref: `branch ${branch}` });
    }
    return (await this.commit(ref)) as string;
  }

  /** Head of a branch as it was when it was last fetched, else what is checked out. */
  async lastKnownHead(branch: string): Promise<string | undefined> {
    return (await this.commit(this.trackingRef(branch))) ?? (await this.commit('HEAD'));
  }

  /** Commits that changed a file, newest first. */
  async commitsOf(path: string, from: string): Promise<string[]> {
    const output = await this.git(['log', '--format=%H', '--max-count=500', from, '--', `:(top,literal)${this.prefix}${path}`]);
    return output.split('\n').filter((line) => line !== '');
  }

  /** As whom Git would commit here. Throws AuthorUnknown. */
  async author(): Promise<Person> {
    const ident = await this.lookUp(['var', 'GIT_AUTHOR_IDENT']);
    const match = /^(.*) <(.*)> \d+ [+-]\d{4}$/.exec(ident ?? '');
    if (match === null) throw errors.AuthorUnknown();
    return { name: match[1], email: match[2] };
  }

  /** Has a branch of this clone point at a commit. */
  async setBranch(name: string, commit: string): Promise<void> {
    await this.git(['update-ref', `refs/heads/${name}`, commit]);
  }

  private trackingRef(branch: string): string {
    return `refs/remotes/${this.remote}/${branch}`;
  }

  private async lookUp(args: readonly string[]): Promise<string | undefined> {
    try {
      return (await this.git(args)).trim();
    } catch (failure) {
      if (failure instanceof GitExit) return undefined;
      throw failure;
    }
  }

  private async git(args: readonly string[]): Promise<string> {
    const { repository, environment, interactive } = this.place;
    return (await runGit(args, { repository, environment, interactive })).toString();
  }
}
