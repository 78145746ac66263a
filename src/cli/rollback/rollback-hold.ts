import { errors } from '../../common/errors';
import { type Hold, printHold } from '../../model/lock';
import { newHold } from '../locks/new-hold';
import type { LockedEntry } from '../locks/select-entries';
import type { VersionChange } from '../locks/set-versions';

const WORDS = 'rolled back';

/** Holds an entry where a rollback put it: `rolled back from 6.7.1: loses orders`. */
export function rollbackHold({ one, to }: VersionChange, reason: string | undefined, by: string, at: Date): Hold {
  const { tag } = one.entry.ref;
  const from = tag === to.tag ? '' : ` from ${tag}`;
  return newHold(`${WORDS}${from}${reason === undefined ? '' : `: ${reason}`}`, by, at);
}

/**
 * What was rolled back was Ready before that with the very version it was to lose: nothing but a person knows where to go now.
 * @throws RollbackHeld
 */
export function refuseTwice(entries: readonly LockedEntry[]): void {
  for (const { file, key } of entries) {
    const hold = file.lock.holds.get(key);
    if (hold?.reason.startsWith(WORDS)) throw errors.RollbackHeld({ entry: key, hold: printHold(hold) });
  }
}
