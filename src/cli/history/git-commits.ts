import { FairleadError } from '../../common/errors';
import { GitExit, runGit } from '../../git/run';
import { CommitTree } from '../../preview/commit-tree';
import type { LockFile } from '../locks/lock-files';
import { readLockFiles } from '../locks/lock-files';
import { projectAt } from '../locks/project';
import { Checkout } from '../rollback/checkout';

/** A commit as its author described it. */
export interface GitCommit {
  readonly id: string;
  readonly author: string;
  /** RFC 3339. */
  readonly at: string;
  readonly subject: string;
}

const FORMAT = '--format=%H%x00%an%x00%cI%x00%s';

/** The clone that somebody stands in, where that is one of the repository the cluster follows. */
export class Clone {
  private constructor(
    private readonly checkout: Checkout,
    readonly output: string,
  ) {}

  /** Undefined outside of a project, and where the project is in no repository. */
  static at(cwd: string): Clone | undefined {
    try {
      const { root, output } = projectAt(cwd);
      return new Clone(Checkout.at(root), output);
    } catch (error) {
      if (error instanceof FairleadError) return undefined;
      throw error;
    }
  }

  /** Commits by id. Those that this clone does not have are left out. */
  async commits(ids: readonly string[]): Promise<GitCommit[]> {
    return ids.length === 0 ? [] : await this.log(['--no-walk=unsorted', '--ignore-missing', ...ids]);
  }

  /** The last commits that changed any of these paths, newest first. */
  async changing(paths: readonly string[], most: number, from = 'HEAD'): Promise<GitCommit[]> {
    const { prefix } = this.checkout;
    return await this.log([`--max-count=${most}`, from, '--', ...paths.map((path) => `:(top,literal)${prefix}${path}`)]);
  }

  /** Locks of a folder as a commit has them; none where it has no such commit. */
  async locks(commit: string, folder: string): Promise<LockFile[]> {
    const id = await this.checkout.commit(commit);
    if (id === undefined) return [];
    const tree = new CommitTree(this.checkout.place, id, this.checkout.prefix);
    try {
      return await readLockFiles(tree, folder);
    } catch (error) {
      // A lock of some time ago may have been broken.
      if (error instanceof FairleadError) return [];
      throw error;
    } finally {
      tree.close();
    }
  }

  private async log(args: readonly string[]): Promise<GitCommit[]> {
    const { repository, environment } = this.checkout.place;
    try {
      const output = (await runGit(['log', FORMAT, ...args], { repository, environment })).toString();
      return output.split('\n').flatMap((line) => {
        const [id, author, at, subject] = line.split('\0');
        return subject === undefined ? [] : [{ id, author, at, subject }];
      });
    } catch (failure) {
      if (failure instanceof GitExit) return [];
      throw failure;
    }
  }
}
