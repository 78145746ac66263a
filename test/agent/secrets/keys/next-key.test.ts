import { type KeyRules, nextKeyAt, nextKeyName } from '../../../../src/agent/secrets/keys/next-key';
import type { SealingKey } from '../../../../src/seal/sealing-key';

const HOUR = 3_600_000;
const monthly: KeyRules = { firstKey: 'make', renewPeriodMs: 720 * HOUR };
const old = keyOf('a', '2026-01-01T00:00:00Z', '2026-09-01T00:00:00Z');
const young = keyOf('b', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z');

test.each<[string, Parameters<typeof nextKeyAt>, string | undefined]>([
  ['a cluster without keys gets one at once', [{ keys: [], hasRetired: false }, monthly], '1970-01-01T00:00:00.000Z'],
  [
    'also where keys are never renewed',
    [
      { keys: [], hasRetired: false },
      { ...monthly, renewPeriodMs: 0 },
    ],
    '1970-01-01T00:00:00.000Z',
  ],
  [
    'unless its keys will be restored',
    [
      { keys: [], hasRetired: false },
      { ...monthly, firstKey: 'wait' },
    ],
    undefined,
  ],
  [
    'which they were where all are out of use',
    [
      { keys: [], hasRetired: true },
      { ...monthly, firstKey: 'wait' },
    ],
    '1970-01-01T00:00:00.000Z',
  ],
  ['the newest certificate decides, not the newest Secret', [{ keys: [old, young], hasRetired: false }, monthly], '2026-03-03T00:00:00.000Z'],
  [
    'a restored key is renewed where waiting was asked for',
    [
      { keys: [old], hasRetired: false },
      { ...monthly, firstKey: 'wait' },
    ],
    '2026-01-31T00:00:00.000Z',
  ],
  [
    'a period of 0 is never over',
    [
      { keys: [old], hasRetired: true },
      { ...monthly, renewPeriodMs: 0 },
    ],
    undefined,
  ],
])('%s', (_, given, at) => {
  expect(nextKeyAt(...given)?.toISOString()).toBe(at);
});

test('a key is named as Kubernetes would name it, the same by all who see the same', () => {
  const present = [{ name: 'sealed-secrets-keyabcde', uid: '1' }, { name: 'other' }];
  expect(nextKeyName(present)).toMatch(/^sealed-secrets-key[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(nextKeyName(present.toReversed())).toBe(nextKeyName(present));
});

test('once it is there the next name is another, and so it is after that was deleted and made again', () => {
  const names = [[], [{ name: nextKeyName([]), uid: '1' }], [{ name: nextKeyName([]), uid: '2' }]].map(nextKeyName);
  expect(new Set(names).size).toBe(3);
});

function keyOf(name: string, notBefore: string, createdAt: string): SealingKey {
  return { name, notBefore: new Date(notBefore), createdAt: new Date(createdAt) } as SealingKey;
}
