import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import type { GitAccess } from '../../git/access';
import type { Commit, Mirror } from '../../git/mirror';
import { listRemote, type RemoteOptions } from '../../git/remote';
import type { Person, SigningKey } from '../../git/writing';
import { MARKER_WORD } from '../../model/marker';
import { commitOf, revisionOf } from '../source/git-checkout';
import { fetchReference } from '../source/git-fetch';
import type { GitRepository } from '../source/git-repository';
import { DEFAULT_TIMEOUT_MS } from '../source/git-repository-reconciler';
import type { EditPlan, MarkedFile } from './automation-edits';
import type { Target } from './automation-target';

/** Files Flux's image automation looks at. */
const MARKED_NAMES = /(\.ya?ml|(^|\/)Kustomization)$/;
/** Races in a row that are taken up at once; then the next visit goes on, after a while. */
const MOST_RACES = 12;
const LONGEST_PAUSE_MS = 3_000;

/** What is read: a commit and what Flux calls it. */
export interface Head {
  readonly commit: Commit;
  readonly revision: string;
}

export interface Signature {
  readonly author: Person;
  readonly signingKey?: SigningKey;
}

/** The repository of one automation for one visit, through the mirror of its GitRepository. */
export class AutomationGit {
  private readonly remote: RemoteOptions;

  /** @param local ref in the mirror of our own */
  constructor(
    private readonly mirror: Mirror,
    private readonly repository: GitRepository,
    private readonly target: Target,
    private readonly local: string,
    access: GitAccess,
    private readonly signal: AbortSignal,
  ) {
    this.remote = { access, signal, timeoutMs: parseDuration(repository.spec.timeout) ?? DEFAULT_TIMEOUT_MS };
  }

  /** What the GitRepository has, where that is what we read and it is here; else, or where `fresh`, what the server has. */
  async head(fresh: boolean): Promise<Head> {
    const { checkout, followsSource } = this.target;
    const revision = this.repository.status?.artifact?.revision;
    if (!fresh && followsSource && revision !== undefined) {
      const commit = await this.mirror.commit(commitOf(revision));
      if (commit !== undefined) return { commit, revision };
    }
    const fetched = await fetchReference(this.mirror, this.repository.spec.url, checkout, this.remote, `${this.local}/head`);
    return { commit: fetched.commit, revision: fetched.checkout.revision(fetched.commit.id) };
  }

  /** Commits that refs of the server point at. */
  async tips(refs: readonly string[]): Promise<Map<string, string>> {
    return refs.length === 0 ? new Map() : listRemote(this.repository.spec.url, this.mirror.folder, refs, this.remote);
  }

  /** A commit of the server that may not be here yet. */
  async commit(ref: string, id: string): Promise<Commit | undefined> {
    return (await this.mirror.commit(id)) ?? (await this.mirror.fetch([`+${ref}:${this.local}/branch`], id, this.remote));
  }

  /** Files with markers that may be edited. */
  async markedFiles(commit: string): Promise<MarkedFile[]> {
    const found = await this.mirror.findFiles(commit, MARKER_WORD, this.target.paths);
    const paths = found.filter((path) => MARKED_NAMES.test(path) && !path.includes('\n'));
    return Promise.all(paths.map(async (path) => ({ path, text: (await this.mirror.read(`${commit}:${path}`, path)).toString() })));
  }

  /** Undefined where the edits change nothing. */
  async write(parent: string, plan: EditPlan, message: string, signature: Signature): Promise<Commit | undefined> {
    const edits = plan.edits.map(({ path, text }) => ({ path, content: Buffer.from(text) }));
    const id = await this.mirror.makeCommit({ parent, edits, message, ...signature }, this.signal);
    return id === undefined ? undefined : this.mirror.commit(id);
  }

  async push(from: string, to: string, force?: { readonly expected: string | undefined }): Promise<void> {
    await this.mirror.push({ from, to, force, options: this.target.options }, this.remote);
  }

  descends(earlier: string, later: string): Promise<boolean> {
    return this.mirror.descends(earlier, later);
  }

  /** Does again what lost a race against another pusher, each time on what is there then. Throws `PushRaced` when that goes on. */
  async racing<R>(attempt: (round: number) => Promise<R>): Promise<R> {
    for (let round = 0; ; round += 1) {
      try {
        return await attempt(round);
      } catch (error) {
        if (!errors.PushRaced.is(error) || round >= MOST_RACES) throw error;
        // Who lost together should not meet again; the first time is most often only an old revision.
        if (round > 0) await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 25 * 2 ** round), undefined, { signal: this.signal });
      }
    }
  }
}

/** As Flux notes it: `main@sha1:<commit>`. */
export function pushedRevision(target: Target, commit: string): string {
  return revisionOf(target.branch, commit);
}
