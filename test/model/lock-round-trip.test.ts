import fc from 'fast-check';
import { type Lock, parseLock, printLock } from '../../src/model/lock';
import { locks } from './locks-arbitrary';

test('a lock file reads back as the lock it was printed from, in order', () => {
  fc.assert(fc.property(locks(), (lock) => expect(parseLock(printLock(lock))).toEqual(lock)));
});

test('the order in which entries were added does not show', () => {
  fc.assert(fc.property(locks(), (lock) => expect(printLock(backwards(lock))).toBe(printLock(lock))));
});

function backwards({ entries, holds }: Lock): Lock {
  return { entries: new Map([...entries].reverse()), holds: new Map([...holds].reverse()) };
}
