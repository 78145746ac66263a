import type { Hold, Lock, LockEntry, LockKey } from '../../model/lock';
import type { VersionRef } from '../../model/version-ref';

/** What is to be different in a lock. */
export interface LockEdit {
  readonly refs?: ReadonlyMap<LockKey, VersionRef>;
  /** Undefined: the hold goes. */
  readonly holds?: ReadonlyMap<LockKey, Hold | undefined>;
}

/** The lock with these references and holds; what it has no entry of stays out. */
export function editLock(lock: Lock, { refs = new Map(), holds = new Map() }: LockEdit): Lock {
  const entries = new Map<LockKey, LockEntry>([...lock.entries].map(([key, entry]) => [key, { ...entry, ref: refs.get(key) ?? entry.ref }]));
  const held = new Map(lock.holds);
  for (const [key, hold] of holds) {
    if (hold === undefined) held.delete(key);
    else if (entries.has(key)) held.set(key, hold);
  }
  return { entries, holds: held };
}
