import { FairleadError } from '../../common/errors';
import { EMPTY_LOCK, type Hold, type Lock, type LockKey, printHold } from '../../model/lock';
import { sameRef, type VersionRef } from '../../model/version-ref';
import type { LockRequest } from '../../synth/lock-request';
import { fileOf, lockFor } from '../../synth/lock-rules';
import type { VersionResolver } from './version-resolver';

/** What became of one entry. */
export interface EntryUpdate {
  readonly request: LockRequest;
  readonly old?: VersionRef;
  /** @default - it stays as it is */
  readonly new?: VersionRef;
  readonly why: string;
  /** Nothing could be found out. */
  readonly failed?: boolean;
}

/** Locks by path. */
export type Locks = ReadonlyMap<string, Lock>;

/** Resolves what locks have no version of, or with `update` everything that is not held. */
export async function resolveEntries(
  requests: readonly LockRequest[],
  locks: Locks,
  resolver: Pick<VersionResolver, 'newest' | 'digestOf'>,
  update: boolean,
): Promise<EntryUpdate[]> {
  const updates: EntryUpdate[] = [];
  for (const request of requests) {
    const lock = locks.get(fileOf(request)) ?? EMPTY_LOCK;
    const ref = lock.entries.get(request.key)?.ref;
    const old = ref?.name === request.name ? ref : undefined;
    const made = await resolveEntry(request, old, lock.holds.get(request.key), resolver, update).catch((error: unknown) =>
      unresolved(request, old, error),
    );
    if (made !== undefined) updates.push({ request, ...(old === undefined ? {} : { old }), ...made });
  }
  return updates;
}

/** What nothing is found for begins with what the program says. */
function unresolved({ name, initial }: LockRequest, old: VersionRef | undefined, error: unknown): Omit<EntryUpdate, 'request' | 'old'> {
  const why = error instanceof FairleadError ? `${error.message}; ${error.remedy}` : (error as Error).message;
  return old === undefined && initial !== undefined ? { new: { name, tag: initial }, why: `the initial version: ${why}` } : { why, failed: true };
}

/** Undefined where there is nothing to say. */
async function resolveEntry(
  request: LockRequest,
  old: VersionRef | undefined,
  hold: Hold | undefined,
  resolver: Pick<VersionResolver, 'newest' | 'digestOf'>,
  update: boolean,
): Promise<{ new?: VersionRef; why: string } | undefined> {
  const isIncomplete = old !== undefined && request.pinsDigest && old.digest === undefined;
  if (old !== undefined && hold !== undefined) return update ? { why: `held: ${printHold(hold)}` } : undefined;
  if (isIncomplete && !update) return { new: { ...old, digest: await resolver.digestOf(request, old.tag) }, why: 'its digest was not locked yet' };
  if (old !== undefined && (!update || request.rule === undefined)) return undefined;
  const { ref, why } = await resolver.newest(request);
  return old !== undefined && sameRef(ref, old) ? undefined : { new: ref, why };
}

/** The locks with what was resolved, those of other files as they were. */
export function updatedLocks(requests: readonly LockRequest[], locks: Locks, updates: readonly EntryUpdate[]): Map<string, Lock> {
  const updated = new Map<string, Lock>();
  for (const path of new Set(updates.filter((update) => update.new !== undefined).map(({ request }) => fileOf(request)))) {
    const of = requests.filter((request) => fileOf(request) === path);
    const before = locks.get(path) ?? EMPTY_LOCK;
    const refs = new Map(updates.flatMap(({ request, new: ref }) => (ref && fileOf(request) === path ? [[request.key, ref] as const] : [])));
    updated.set(path, lockFor(of, withRefs(before, refs)));
  }
  return updated;
}

function withRefs(lock: Lock, refs: ReadonlyMap<LockKey, VersionRef>): Lock {
  return { entries: new Map([...lock.entries, ...[...refs].map(([key, ref]) => [key, { ref }] as const)]), holds: lock.holds };
}
