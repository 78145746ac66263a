import { createHash } from 'node:crypto';
import type { ObjectMeta } from '../../../model/object';
import { KEY_PREFIX, newestFirst, type SealingKey } from '../../../seal/sealing-key';

export interface KeyRules {
  /** Whether a cluster that never had a key gets one, or waits until its keys are restored. */
  readonly firstKey: 'make' | 'wait';
  /** Age of the newest key at which the next one is made; 0: never. */
  readonly renewPeriodMs: number;
}

/** What the keys' namespace holds. */
export interface KeysPresent {
  readonly keys: readonly SealingKey[];
  /** Whether there are key Secrets that were put out of use: the next key is not the first one then. */
  readonly hasRetired: boolean;
}

const AT_ONCE = new Date(0);

/** When the next key is due. Undefined: none is made. As upstream, a renewal counts from the newest certificate's `notBefore`. */
export function nextKeyAt({ keys, hasRetired }: KeysPresent, { firstKey, renewPeriodMs }: KeyRules): Date | undefined {
  const newest = newestFirst(keys)[0];
  if (newest === undefined) return hasRetired || firstKey === 'make' ? AT_ONCE : undefined;
  return renewPeriodMs === 0 ? undefined : new Date(+newest.notBefore + renewPeriodMs);
}

/** As Kubernetes generates names. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const LETTERS_ADDED = 5;

/**
 * The name of the next key, told by the Secrets that are there: whoever sees the same makes the same name, so that of two the server refuses
 * one. A name that was ever seen taken gives another.
 */
export function nextKeyName(present: readonly ObjectMeta[]): string {
  const seen = present
    .map(({ name, uid }) => `${name} ${uid}\n`)
    .sort()
    .join('');
  const digest = createHash('sha256').update(seen).digest();
  return KEY_PREFIX + [...digest.subarray(0, LETTERS_ADDED)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
