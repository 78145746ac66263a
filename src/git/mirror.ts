import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../common/errors';
import { pinnedEnvironment } from './environment';
import { explain, isDamaged } from './failure';
import { findFiles } from './find-files';
import { isLfsPointer, normalPath, parseListing, type TreeFile } from './listing';
import { makeCommit } from './make-commit';
import { ObjectReader } from './object-reader';
import { type PushRequest, pushArguments, wordsOf } from './push';
import { type RemoteOptions, runRemote } from './remote';
import { GitExit, runGit } from './run';
import { publicUrl } from './url';
import type { Workplace } from './workplace';
import type { CommitRequest } from './writing';

/** How much longer the first fetch may take, which brings the whole history, than those after it. */
const FIRST_FETCH_FACTOR = 10;

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** First line of its message. */
  readonly subject: string;
  readonly committedAt: Date;
}

/**
 * A bare copy of a repository, with the whole history of what was fetched, read from its object database without a checkout.
 * It is a cache: a damaged one is thrown away and fetched again.
 */
export class Mirror {
  private readonly repository: string;
  private readonly contents: ObjectReader;
  private readonly infos: ObjectReader;
  private readonly url: string;
  private opened?: Promise<void>;
  private damaged = false;
  /** Fetches come one after another: two at once can trip over one another's locks, and a damaged copy is replaced by one of them. */
  private fetching: Promise<unknown> = Promise.resolve();

  /**
   * @param folder - Where it lives; nobody else writes there.
   * @param address - Of the repository; credentials in it are used and never shown.
   */
  constructor(
    readonly folder: string,
    private readonly address: string,
  ) {
    this.repository = join(folder, 'repository.git');
    this.contents = new ObjectReader(this.repository, 'contents');
    this.infos = new ObjectReader(this.repository, 'info');
    this.url = publicUrl(address);
  }

  /**
   * Fetches refspecs, forced, and answers with the commit a name then means, undefined where it means none.
   * Throws the FL1 errors; a damaged copy is made anew, once.
   */
  fetch(refspecs: readonly string[], name: string, options: RemoteOptions = {}): Promise<Commit | undefined> {
    const fetched = this.fetching.then(() => this.fetchWhole(refspecs, name, options));
    this.fetching = fetched.catch(() => undefined);
    return fetched;
  }

  private async fetchWhole(refspecs: readonly string[], name: string, options: RemoteOptions): Promise<Commit | undefined> {
    if (this.damaged) await this.discard();
    try {
      await this.fetchOnce(refspecs, options);
      const commit = await this.commit(name);
      if (commit === undefined || (await this.tree(commit.id, '')) === commit.tree) return commit;
    } catch (failure) {
      if (!isDamaged(failure)) throw failure;
    }
    await this.discard();
    await this.fetchOnce(refspecs, options);
    return this.commit(name);
  }

  /** The commit a name means: a ref, a commit id. Undefined where it was not fetched. */
  async commit(name: string): Promise<Commit | undefined> {
    if (!(await this.exists())) return undefined;
    const object = await this.ask(this.contents, `${name}^{commit}`);
    return object?.content === undefined ? undefined : parseCommit(object.id, object.content.toString());
  }

  /** Tree id of a folder in a commit; undefined where there is no such folder. */
  async tree(commit: string, path: string): Promise<string | undefined> {
    if (!(await this.exists())) return undefined;
    const normal = normalPath(path);
    const object = await this.ask(this.infos, normal === '' ? `${commit}^{tree}` : `${commit}:${normal}`);
    return object?.type === 'tree' ? object.id : undefined;
  }

  /** Blob id of a file in a commit. */
  async blob(commit: string, path: string): Promise<string | undefined> {
    if (!(await this.exists())) return undefined;
    const object = await this.ask(this.infos, `${commit}:${normalPath(path)}`);
    return object?.type === 'blob' ? object.id : undefined;
  }

  /** Every file below a tree, without symlinks and submodules. */
  async list(tree: string): Promise<TreeFile[]> {
    try {
      return parseListing(await runGit(['ls-tree', '-r', '-z', '--full-tree', tree], { repository: this.repository }));
    } catch (failure) {
      throw this.broken(failure);
    }
  }

  /** Bytes of a file. `path` is for the message where it is a Git LFS pointer. */
  async read(blob: string, path: string): Promise<Buffer> {
    const object = await this.ask(this.contents, blob);
    if (object?.content === undefined) throw this.broken(new Error(`object ${blob} is missing`));
    if (isLfsPointer(object.content)) throw errors.SourceLfsPointer({ path });
    return object.content;
  }

  /** Whether `later` has `earlier` in its history. False where either is unknown: all of the history was fetched. */
  async descends(earlier: string, later: string): Promise<boolean> {
    if (earlier === later) return true;
    try {
      await runGit(['merge-base', '--is-ancestor', earlier, later], { repository: this.repository });
      return true;
    } catch (failure) {
      if (failure instanceof GitExit) return false;
      throw failure;
    }
  }

  /** Files of a commit that contain a word, below any of the paths (empty or `.`: everywhere), sorted. */
  async findFiles(commit: string, word: string, paths: readonly string[]): Promise<string[]> {
    try {
      return await findFiles(this.workplace(), commit, word, paths);
    } catch (failure) {
      throw this.broken(failure);
    }
  }

  /**
   * Makes a commit on top of one that is here; undefined where its edits change nothing. Nobody else sees it until it is pushed.
   * Throws `SigningKeyRefused`, `SigningProgramMissing`.
   */
  async makeCommit(request: CommitRequest, signal?: AbortSignal): Promise<string | undefined> {
    await this.open();
    try {
      return await makeCommit(this.workplace(signal), request);
    } catch (failure) {
      throw isDamaged(failure) ? this.broken(failure) : explain(failure, { url: this.url });
    }
  }

  /** Pushes a commit that is here. Throws `PushRaced`, `PushRefused`, `PushForbidden` and the errors of fetching. */
  async push(request: PushRequest, options: RemoteOptions = {}): Promise<void> {
    const { repository } = this;
    await this.open();
    await runRemote(this.address, this.folder, (remote) => pushArguments(remote, request), { ref: wordsOf(request.to), ...options, repository });
    // Kept, so that the next fetch brings only what is newer; without it that one brings a little more.
    await runGit(['update-ref', `refs/fairlead/pushed/${request.to.replace(/^refs\//, '')}`, request.from], { repository }).catch(() => undefined);
  }

  /** Throws the copy away. */
  async discard(): Promise<void> {
    this.close();
    await rm(this.folder, { recursive: true, force: true });
    this.opened = undefined;
    this.damaged = false;
  }

  /** Ends the processes that read it. */
  close(): void {
    this.contents.close();
    this.infos.close();
  }

  private async fetchOnce(refspecs: readonly string[], options: RemoteOptions): Promise<void> {
    const first = !(await this.exists());
    await this.open();
    await runRemote(
      this.address,
      this.folder,
      (remote) => [
        'fetch',
        '--quiet',
        '--force',
        '--prune',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-recurse-submodules',
        '--',
        remote,
        ...refspecs,
      ],
      {
        ...options,
        repository: this.repository,
        timeoutMs: options.timeoutMs === undefined ? undefined : options.timeoutMs * (first ? FIRST_FETCH_FACTOR : 1),
      },
    );
  }

  private workplace(signal?: AbortSignal): Workplace {
    return { repository: this.repository, environment: pinnedEnvironment(), scratch: join(this.folder, 'access'), signal };
  }

  /** One that is being made cannot be read yet, and would be taken for damaged. */
  private async exists(): Promise<boolean> {
    await this.opened?.catch(() => undefined);
    return this.opened !== undefined || existsSync(join(this.repository, 'HEAD'));
  }

  private open(): Promise<void> {
    this.opened ??= this.prepare().catch((failure) => {
      this.opened = undefined;
      throw failure;
    });
    return this.opened;
  }

  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // A predecessor that was killed may have left credentials and locks behind.
    await rm(join(this.folder, 'access'), { recursive: true, force: true });
    if (existsSync(join(this.repository, 'HEAD'))) await removeLocks(this.repository);
    else await runGit(['init', '--quiet', '--bare', '--initial-branch=none', this.repository]);
  }

  private async ask(reader: ObjectReader, name: string) {
    try {
      return await reader.ask(name);
    } catch (failure) {
      throw this.broken(failure);
    }
  }

  private broken(failure: unknown): unknown {
    this.damaged = true;
    const reason = failure instanceof GitExit ? failure.stderr.trim() : failure instanceof Error ? failure.message : String(failure);
    return errors.SourceBroken({ url: this.url, reason }, failure);
  }
}

async function removeLocks(repository: string): Promise<void> {
  for (const entry of await readdir(repository, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.lock')) await rm(join(entry.parentPath ?? entry.path, entry.name), { force: true });
  }
}

function parseCommit(id: string, text: string): Commit {
  const end = text.indexOf('\n\n');
  const header = end < 0 ? text : text.slice(0, end);
  const message = end < 0 ? '' : text.slice(end + 2);
  const seconds = Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(header)?.[1] ?? 0);
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent);
  return {
    id,
    tree: /^tree ([0-9a-f]+)$/m.exec(header)?.[1] ?? '',
    parents,
    subject: message.split('\n', 1)[0],
    committedAt: new Date(seconds * 1000),
  };
}
