import { join, posix } from 'node:path';
import { errors, FairleadError } from '../../common/errors';
import { askGit } from '../../git/ask';
import { userEnvironment } from '../../git/environment';
import { explain } from '../../git/failure';
import { push } from '../../git/push';
import { GitExit, runGit } from '../../git/run';
import { Checkout } from '../rollback/checkout';

const MOST_FILES = 5;
/** For a question to the remote: enough to type a passphrase, and an end where nobody answers. */
const ASK_MS = 120_000;

/** Somebody's clone with its files: commits are made of what lies there, as they would by hand. */
export class WorkTree {
  private constructor(
    private readonly checkout: Checkout,
    private readonly top: string,
    /** Short name of what is checked out. Empty: no branch. */
    readonly branch: string,
  ) {}

  /** @throws NoRepository, NoRemote */
  static at(root: string): WorkTree {
    const checkout = Checkout.at(root);
    const ask = (...args: string[]) => askGit(root, ...args) ?? '';
    return new WorkTree(checkout, ask('rev-parse', '--show-toplevel'), ask('symbolic-ref', '--quiet', '--short', 'HEAD'));
  }

  /** Name of the remote. */
  get remote(): string {
    return this.checkout.remote;
  }

  /** Where the remote is, without credentials. */
  get url(): string {
    return (askGit(this.top, 'remote', 'get-url', this.remote) ?? '').replace(/\/\/[^/@]*@/, '//');
  }

  /** Paths from the top of the repository, at or below which something is not committed. */
  async changes(): Promise<string[]> {
    const output = await this.git(['status', '--porcelain', '--untracked-files=normal', '-z']);
    return output
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.slice(3));
  }

  /** @throws TreeDirty */
  async requireClean(): Promise<void> {
    const changes = await this.changes();
    if (changes.length === 0) return;
    const files = changes.length > MOST_FILES ? [...changes.slice(0, MOST_FILES), `and ${changes.length - MOST_FILES} more`] : changes;
    throw errors.TreeDirty({ folder: this.top, files: files.join(', ') });
  }

  /** @throws GitNotRead */
  async requireReadable(): Promise<void> {
    await this.heads();
  }

  /** Pushes nothing, but asks whether it could; before the first commit there is nothing to ask with. Throws `GitNotWritten`. */
  async requireWritable(branch: string): Promise<void> {
    if (askGit(this.top, 'rev-parse', '--verify', '--quiet', 'HEAD') === undefined) return;
    try {
      await this.git(['push', '--dry-run', '--quiet', '--no-verify', '--', this.remote, `HEAD:refs/heads/${branch}`], ASK_MS);
    } catch (failure) {
      throw this.notWritten(explain(failure, { url: this.remote, ref: `branch ${branch}`, timeoutMs: ASK_MS }), branch);
    }
  }

  /**
   * Commits what changed in these folders of the project, and nothing that somebody saved elsewhere meanwhile. Undefined where nothing did.
   * Throws `CommitFailed`.
   */
  async commitFolders(folders: readonly string[], message: string): Promise<string | undefined> {
    const all = await this.changes();
    const paths = folders.map((folder) => posix.join(this.checkout.prefix, folder));
    const within = (path: string) => all.filter((changed) => `${changed}/`.startsWith(`${path}/`));
    const changes = paths.flatMap(within);
    if (changes.length === 0) return undefined;
    try {
      const changed = paths.filter((path) => within(path).length > 0).map((path) => join(this.top, path));
      await this.git(['--literal-pathspecs', 'add', '--all', '--', ...changed]);
      await this.git(['commit', '--quiet', '--message', message]);
    } catch (failure) {
      throw errors.CommitFailed({ reason: this.reasonOf(failure), files: changes.slice(0, MOST_FILES).join(', ') }, failure);
    }
    return this.head();
  }

  /** How many commits the remote's branch lacks, as far as this clone knows it. */
  unpushed(branch: string): number {
    return Number(askGit(this.top, 'rev-list', '--count', `refs/remotes/${this.remote}/${branch}..HEAD`) ?? 0);
  }

  /** Brings the branch to the remote, where it is not there yet. Gives its commit. Throws `GitNotRead`, `GitNotWritten`. */
  async publish(branch: string): Promise<string> {
    const head = await this.head();
    const there = await this.heads(`refs/heads/${branch}`);
    if (there.startsWith(head)) return head;
    try {
      await push(this.checkout.place, this.remote, { from: head, to: `refs/heads/${branch}` });
    } catch (error) {
      throw this.notWritten(error, branch);
    }
    return head;
  }

  async head(): Promise<string> {
    return (await this.git(['rev-parse', 'HEAD'])).trim();
  }

  /** Whether one commit comes before another. What this clone does not know is newer. */
  isBefore(one: string, other: string): boolean {
    return one !== other && askGit(this.top, 'merge-base', '--is-ancestor', one, other) !== undefined;
  }

  /** Branches of the remote, as git lists them. */
  private async heads(...patterns: readonly string[]): Promise<string> {
    try {
      return await this.git(['ls-remote', '--heads', this.remote, ...patterns], ASK_MS);
    } catch (failure) {
      throw errors.GitNotRead({ remote: this.remote, reason: this.reasonOf(failure) }, failure);
    }
  }

  private notWritten(error: unknown, branch: string): unknown {
    if (!(error instanceof FairleadError)) return error;
    const { detail: reason } = error;
    const next = errors.PushRaced.is(error)
      ? `somebody pushed meanwhile: git pull --rebase ${this.remote} ${branch}, then run it again`
      : errors.PushRefused.is(error)
        ? `where the branch is protected, push the commit to another one, have it merged, git pull, and run it again`
        : 'git push must work here: check network and credentials, and that they may write';
    return errors.GitNotWritten({ remote: this.remote, branch, reason, next }, error);
  }

  private reasonOf(failure: unknown): string {
    const error = explain(failure, { url: this.remote, timeoutMs: ASK_MS });
    if (error instanceof FairleadError && error.code !== errors.GitFailed.code) return error.detail;
    return failure instanceof GitExit ? failure.stderr.trim().split('\n').slice(-3).join(' ') : String(failure);
  }

  private async git(args: readonly string[], timeoutMs?: number): Promise<string> {
    const environment = { ...userEnvironment(), GIT_WORK_TREE: this.top };
    return (await runGit(args, { repository: this.checkout.place.repository, environment, interactive: true, timeoutMs })).toString();
  }
}
