import type { ReleaseStatus } from '../../render/types';
import type { HelmReleaseSpec } from './helm-release';
import { previousOf, type Snapshot } from './history';
import { type Attempt, isExhausted, remediationOf } from './remediation';

/** What a revision was made of: digests, as its labels hold them. */
export interface Ingredients {
  readonly chart: string;
  readonly config: string;
}

/** A revision in Helm's storage, as its Secret's metadata tells. */
export interface Revision {
  readonly version: number;
  readonly status: ReleaseStatus;
  /** Absent where this agent did not make it: by Helm's own commands, or by Flux. */
  readonly made?: Ingredients;
  /** This agent brought it into its status; what is under way is nobody else's then. */
  readonly isOurs: boolean;
  /** When it was last written, ms since the epoch; 0 where nothing tells. */
  readonly touchedMs: number;
}

export interface Situation {
  /** Oldest first. */
  readonly revisions: readonly Revision[];
  readonly wanted: Ingredients;
  readonly spec: HelmReleaseSpec;
  readonly history: readonly Snapshot[];
  readonly lastAttempt?: Attempt;
  /** Attempts of the wanted state that failed after Helm's storage was written. */
  readonly failures: Readonly<Record<Attempt, number>>;
  /** Asked for by annotation, and not done yet. */
  readonly forced: boolean;
  /** Steps taken in this reconcile. */
  readonly done: ReadonlySet<Step['type']>;
  readonly nowMs: number;
  /** How long Helm by hand may keep a release pending. */
  readonly patienceMs: number;
}

export type Step =
  | { readonly type: 'none' }
  | { readonly type: 'install' }
  | { readonly type: 'upgrade'; readonly why: string }
  /** A pending record that nobody works on becomes a failed one. */
  | { readonly type: 'unlock'; readonly version: number }
  /** More than one says deployed: these, older, are superseded. */
  | { readonly type: 'supersede'; readonly versions: readonly number[] }
  /** Made by Flux: verified against its history, then labelled as ours. */
  | { readonly type: 'adopt'; readonly snapshot: Snapshot }
  | { readonly type: 'rollback'; readonly to: Snapshot }
  | { readonly type: 'uninstall' }
  /** Someone else is at it. */
  | { readonly type: 'wait'; readonly forMs: number }
  /** Allowed to try again, later. */
  | { readonly type: 'retry'; readonly after?: string }
  | { readonly type: 'stalled'; readonly reason: 'RetriesExceeded' | 'MissingRollbackTarget'; readonly message: string };

/** What to do next about a release. Called until it answers with one of `none`, `wait`, `retry` and `stalled`. */
export function nextStep(at: Situation): Step {
  if (at.done.has('rollback') || at.done.has('uninstall')) return afterRemediation(at);

  const latest = at.revisions.at(-1);
  if (latest === undefined || latest.status === 'uninstalled') return install(at);
  if (isPending(latest.status)) return unlessBusy(at, latest, { type: 'unlock', version: latest.version });
  if (latest.status === 'uninstalling') return unlessBusy(at, latest, { type: 'uninstall' });

  const deployed = at.revisions.filter((revision) => revision.status === 'deployed');
  if (deployed.length > 1) return { type: 'supersede', versions: deployed.slice(0, -1).map((revision) => revision.version) };

  if (latest.made === undefined) return adoptOrUpgrade(at, latest);
  if (latest.status === 'failed') return afterFailure(at);
  if (latest.status !== 'deployed') return upgrade(at, `it is ${latest.status}`);
  if (latest.made.chart !== at.wanted.chart) return upgradeWhileAllowed(at, 'chart changed');
  if (latest.made.config !== at.wanted.config) return upgradeWhileAllowed(at, 'values changed');
  return isForced(at) ? upgrade(at, 'forced') : { type: 'none' };
}

export function isPending(status: ReleaseStatus): boolean {
  return status.startsWith('pending-');
}

function install(at: Situation): Step {
  if (isExhausted(remediationOf(at.spec, 'install'), at.failures.install) && !isForced(at)) return exhausted('install', at.failures.install);
  return at.done.has('install') ? { type: 'retry' } : { type: 'install' };
}

/** What is ours is nobody's while we are here to ask: the lease sees to that. What Helm does by hand may still be going on. */
function unlessBusy(at: Situation, latest: Revision, step: Step): Step {
  const leftMs = latest.touchedMs + at.patienceMs - at.nowMs;
  return !latest.isOurs && leftMs > 0 ? { type: 'wait', forMs: leftMs } : step;
}

function adoptOrUpgrade(at: Situation, latest: Revision): Step {
  const known = at.history.find((snapshot) => snapshot.version === latest.version);
  if (known !== undefined && !at.done.has('adopt')) return { type: 'adopt', snapshot: known };
  return upgrade(at, 'its latest revision is not of this agent');
}

function afterFailure(at: Situation): Step {
  if (at.lastAttempt === undefined) return upgrade(at, 'it failed');
  const remediation = remediationOf(at.spec, at.lastAttempt);
  const failures = at.failures[at.lastAttempt];
  if (remediation.retryEvery !== undefined) {
    return at.done.has('install') || at.done.has('upgrade')
      ? { type: 'retry', after: remediation.retryEvery }
      : { type: 'upgrade', why: 'it failed' };
  }
  if (failures <= 0) return upgrade(at, 'what it failed with has changed');
  if (isForced(at)) return upgrade(at, 'forced');
  if (isExhausted(remediation, failures) && !remediation.lastFailureToo) return exhausted(at.lastAttempt, failures);
  if (remediation.by === 'uninstall') return { type: 'uninstall' };

  const previous = previousOf(at.history);
  if (previous === undefined)
    return { type: 'stalled', reason: 'MissingRollbackTarget', message: 'Failed to perform remediation: missing target release for rollback' };
  const stored = at.revisions.find((revision) => revision.version === previous.version);
  return stored === undefined ? upgrade(at, `revision ${previous.version} to roll back to is gone`) : { type: 'rollback', to: previous };
}

function afterRemediation(at: Situation): Step {
  const attempt = at.lastAttempt ?? 'upgrade';
  const remediation = remediationOf(at.spec, attempt);
  if (remediation.retryEvery !== undefined) return { type: 'retry', after: remediation.retryEvery };
  return isExhausted(remediation, at.failures[attempt]) ? exhausted(attempt, at.failures[attempt]) : { type: 'retry' };
}

function upgradeWhileAllowed(at: Situation, why: string): Step {
  if (isExhausted(remediationOf(at.spec, 'upgrade'), at.failures.upgrade) && !isForced(at)) return exhausted('upgrade', at.failures.upgrade);
  return upgrade(at, why);
}

function upgrade(at: Situation, why: string): Step {
  return at.done.has('upgrade') ? { type: 'retry' } : { type: 'upgrade', why };
}

function isForced(at: Situation): boolean {
  return at.forced && !at.done.has('install') && !at.done.has('upgrade');
}

function exhausted(attempt: Attempt, failures: number): Step {
  return { type: 'stalled', reason: 'RetriesExceeded', message: `Failed to ${attempt} after ${failures} attempt(s)` };
}

/**
 * Revisions whose objects may be in the cluster: from the newest that worked up to the latest. What they hold and the
 * next manifest does not is deleted, so an attempt that was cut short leaves nothing behind.
 */
export function inDoubt(revisions: readonly Revision[]): Revision[] {
  const from =
    lastIndex(revisions, (revision) => revision.status === 'deployed' || revision.status === 'uninstalling') ??
    lastIndex(revisions, (revision) => revision.status === 'superseded' || revision.status === 'uninstalled') ??
    0;
  return revisions.slice(from).filter((revision) => revision.status !== 'uninstalled');
}

/**
 * Revisions that may go so that at most `keep` are left: the oldest, never the deployed one, and no failed one after it
 * unless a newer one was made of the same and so has the same objects.
 */
export function outdated(revisions: readonly Revision[], keep: number): Revision[] {
  if (keep <= 0) return [];
  const deployed = lastIndex(revisions, (revision) => revision.status === 'deployed');
  const mayGo = revisions.filter((revision, index) => {
    if (index === revisions.length - 1 || index === deployed) return false;
    return (deployed !== undefined && index < deployed) || revisions.slice(index + 1).some((newer) => sameMake(newer, revision));
  });
  return mayGo.slice(0, Math.max(0, revisions.length - keep));
}

function sameMake(a: Revision, b: Revision): boolean {
  return a.made !== undefined && a.made.chart === b.made?.chart && a.made.config === b.made.config;
}

function lastIndex<T>(list: readonly T[], test: (one: T) => boolean): number | undefined {
  const index = list.findLastIndex(test);
  return index < 0 ? undefined : index;
}
