import { type Locks, resolveEntries, updatedLocks } from '../../../src/cli/locks/update-locks';
import { errors } from '../../../src/common/errors';
import { EMPTY_LOCK, type Lock, type LockKey, printLock } from '../../../src/model/lock';
import { parseRef } from '../../../src/model/version-ref';
import type { LockRequest } from '../../../src/synth/lock-request';

const PATH = 'locks/gke/dev/dev.yaml';
const HOLD = { at: '2026-11-21T10:00:00Z', by: 'alice', reason: 'frozen' };

function request(id: string, more: Partial<LockRequest> = {}): LockRequest {
  const name = `r.io/${id}`;
  const place = { cluster: 'gke', layer: 'dev', namespace: 'dev', construct: id };
  return { ...place, key: `images/${id}`, name, source: { type: 'image', repository: name }, rule: { order: 'newest' }, pinsDigest: false, ...more };
}

function locks(entries: { readonly [key: LockKey]: string }, held: readonly LockKey[] = []): Locks {
  const lock: Lock = {
    entries: new Map(Object.entries(entries).map(([key, text]) => [key as LockKey, { ref: parseRef(text)! }])),
    holds: new Map(held.map((key) => [key, HOLD])),
  };
  return new Map([[PATH, lock]]);
}

const registry = {
  newest: async ({ name, pinsDigest }: LockRequest) => ({
    ref: { name, tag: '2', ...(pinsDigest ? { digest: `sha256:${'2'.repeat(64)}` } : {}) },
    why: 'it is newer',
  }),
  digestOf: async (_: LockRequest, tag: string) => `sha256:${tag.repeat(64)}`,
};
const broken = {
  newest: async () => {
    throw errors.NoVersionMatches({ name: 'r.io/a', why: 'there are no tags' });
  },
  digestOf: registry.digestOf,
};

const said = async (of: LockRequest, at: Locks, update: boolean, resolver: typeof registry | typeof broken = registry) =>
  (await resolveEntries([of], at, resolver as typeof registry, update)).map(({ new: ref, why, failed }) => [ref?.tag, why, failed ?? false]);

test.each([
  ['what has no entry is resolved', request('a'), locks({}), false, [['2', 'it is newer', false]]],
  ['an entry of another name counts as none', request('a'), locks({ 'images/a': 'r.io/old:1' }), false, [['2', 'it is newer', false]]],
  ['what is locked stays', request('a'), locks({ 'images/a': 'r.io/a:1' }), false, []],
  ['unless an update is asked for', request('a'), locks({ 'images/a': 'r.io/a:1' }), true, [['2', 'it is newer', false]]],
  ['what is newest already has nothing to tell', request('a'), locks({ 'images/a': 'r.io/a:2' }), true, []],
  [
    'what is held is told',
    request('a'),
    locks({ 'images/a': 'r.io/a:1' }, ['images/a']),
    true,
    [[undefined, 'held: 2026-11-21T10:00:00Z alice: frozen', false]],
  ],
  ['what is set by hand stays in an update', request('a', { rule: undefined }), locks({ 'images/a': 'r.io/a:1' }), true, []],
  [
    'a digest that is missing is looked up',
    request('a', { pinsDigest: true }),
    locks({ 'images/a': 'r.io/a:1' }),
    false,
    [['1', 'its digest was not locked yet', false]],
  ],
])('%s', async (_, of, at, update, expected) => expect(await said(of, at, update)).toEqual(expected));

test('a failure is told with its remedy, and others go on', async () => {
  expect(await said(request('a'), locks({}), false, broken)).toEqual([
    [undefined, expect.stringMatching(/FL7212: no version of r\.io\/a can be taken: there are no tags; push one/), true],
  ]);
});

test('locks keep what was not resolved, take markers from the program and leave other files alone', async () => {
  const all = [request('a', { policy: 'flux-system:a' }), request('b'), request('c', { namespace: 'other' })];
  const before = locks({ 'images/b': 'r.io/b:1', 'images/gone': 'r.io/gone:1' }, ['images/b']);
  const updates = await resolveEntries([all[0]], before, registry, false);
  const updated = updatedLocks(all, before, updates);
  expect([...updated.keys()]).toEqual([PATH]);
  expect(printLock(updated.get(PATH) ?? EMPTY_LOCK)).toBe(
    [
      'apiVersion: fairlead.dev/v1',
      'kind: Lock',
      'images:',
      '  a: "r.io/a:2" # {"$imagepolicy": "flux-system:a"}',
      '  b: "r.io/b:1"',
      'holds:',
      '  images/b: "2026-11-21T10:00:00Z alice: frozen"',
      '',
    ].join('\n'),
  );
});
