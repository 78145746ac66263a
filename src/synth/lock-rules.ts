import { EMPTY_LOCK, type Lock, type LockEntry, type LockKey, lockPath } from '../model/lock';
import { printMarker } from '../model/marker';
import type { VersionRef } from '../model/version-ref';
import type { LockRequest } from './lock-request';

/** Lock file of a request, from the folder of cdk8s.yaml. */
export function fileOf({ cluster, layer, namespace }: LockRequest): string {
  return lockPath(cluster, layer, namespace);
}

/** Version to run: the lock's, unless it is of something else; else the initial one. */
export function chooseRef({ key, name, initial, pinsDigest }: LockRequest, lock: Lock): VersionRef | undefined {
  const locked = lock.entries.get(key)?.ref;
  if (locked?.name === name) return pinsDigest ? locked : { name, tag: locked.tag };
  return initial === undefined ? undefined : { name, tag: initial };
}

/** The lock as its requests want it: one entry each, with its marker, and the holds of those that are there. */
export function lockFor(requests: readonly LockRequest[], before: Lock = EMPTY_LOCK): Lock {
  const entries = new Map<LockKey, LockEntry>();
  for (const request of requests) {
    const ref = chooseRef(request, before);
    const marker = request.policy === undefined ? undefined : printMarker({ policy: request.policy });
    if (ref) entries.set(request.key, marker === undefined ? { ref } : { ref, marker });
  }
  return { entries, holds: new Map([...before.holds].filter(([key]) => entries.has(key))) };
}
