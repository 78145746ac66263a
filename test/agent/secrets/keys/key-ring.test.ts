import { LiveKeyRing } from '../../../../src/agent/secrets/keys/key-ring';
import { annotations, labels } from '../../../../src/model/labels';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../../src/seal/key-secret';
import type { KeySecret } from '../../../../src/seal/sealing-key';
import { FakeSecrets } from './fake-secrets';

let pairs: SealingPair[];
beforeAll(async () => {
  pairs = await Promise.all([2048, 2048].map((bits) => createSealingKey({ bits })));
});

let secrets: FakeSecrets;
let stopping: AbortController;
let warnings: unknown[];
beforeEach(() => {
  secrets = new FakeSecrets();
  stopping = new AbortController();
  warnings = [];
});
afterEach(() => stopping.abort());

function createRing(): LiveKeyRing {
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message), error: () => undefined };
  const ring = new LiveKeyRing({ client: secrets.client, namespace: 'keys', log, redactor: { add: () => undefined }, signal: stopping.signal });
  secrets.watchedBy(ring);
  return ring;
}

const namesOf = (ring: LiveKeyRing) => ring.keys.map(({ name }) => name).sort();

test('it is loaded once all keys that were there are read', async () => {
  secrets.put(key('a', 0));
  secrets.put(key('b', 1));
  const ring = createRing();
  const loadedWith: number[] = [];
  ring.subscribe(() => loadedWith.push(ring.isLoaded ? ring.keys.length : -1));
  ring.listed();
  await secrets.idle();
  expect(loadedWith.filter((count) => count >= 0)).toEqual([2]);
});

test('an empty namespace is loaded when it was listed', () => {
  const ring = createRing();
  expect(ring.isLoaded).toBe(false);
  ring.listed();
  expect(ring.isLoaded).toBe(true);
});

test('a key that is put out of use while it is being read is not taken', async () => {
  const ring = createRing();
  const release = secrets.holdReads();
  secrets.put(key('a', 0));
  const { metadata, ...rest } = key('a', 0);
  secrets.put({ ...rest, metadata: { ...metadata, labels: { [labels.sealingKey]: 'compromised' } } });
  release();
  await secrets.idle();
  expect(ring.present).toEqual({ keys: [], hasRetired: true });
});

test('a key that is deleted while it is being read is not taken', async () => {
  const ring = createRing();
  const release = secrets.holdReads();
  secrets.put(key('a', 0));
  secrets.remove('a');
  release();
  await secrets.idle();
  expect(ring.present).toEqual({ keys: [], hasRetired: false });
});

test('a key that cannot be read hides no other, and is tried again', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  try {
    const ring = createRing();
    secrets.failing.add('a');
    secrets.put(key('a', 0));
    secrets.put(key('b', 1));
    ring.listed();
    await secrets.idle();
    expect([namesOf(ring), ring.isLoaded, warnings]).toEqual([['b'], false, ['a sealing key cannot be read, trying again']]);
  } finally {
    jest.useRealTimers();
  }
});

test('a key in two Secrets counts once', async () => {
  const ring = createRing();
  secrets.put(key('a', 0));
  secrets.put(key('b', 0));
  await secrets.idle();
  expect(ring.keys).toHaveLength(1);
  secrets.remove('a');
  expect(namesOf(ring)).toEqual(['b']);
});

test('a Secret that is being deleted is out of use; it does not make the next key a later one', async () => {
  const ring = createRing();
  secrets.put(key('a', 0));
  await secrets.idle();
  const { metadata, ...rest } = key('a', 0);
  secrets.put({ ...rest, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  expect(ring.present).toEqual({ keys: [], hasRetired: false });
});

test('it tells of what is new alone', async () => {
  const ring = createRing();
  secrets.put(key('a', 0));
  ring.listed();
  await secrets.idle();
  let told = 0;
  ring.subscribe(() => {
    told += 1;
  });
  const { metadata, ...rest } = key('a', 0);
  secrets.put({ ...rest, metadata: { ...metadata, labels: { ...metadata.labels, other: 'label' } } });
  secrets.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'unrelated', namespace: 'keys' } });
  await secrets.idle();
  expect(told).toBe(0);
  secrets.put({ ...rest, metadata: { ...metadata, annotations: { [annotations.backedUpAt]: '2030-01-01T00:00:00Z' } } });
  await secrets.idle();
  expect([told, ring.keys[0]!.backedUpAt]).toEqual([1, new Date('2030-01-01T00:00:00Z')]);
});

test('looking anew finds what no watch told of', async () => {
  const ring = createRing();
  secrets.put(key('gone', 1));
  ring.listed();
  await secrets.idle();
  secrets.behindTheWatch(() => {
    secrets.remove('gone');
    secrets.put(key('a', 0));
  });
  expect((await ring.refresh()).map(({ metadata }) => metadata.name)).toEqual(['a']);
  expect(namesOf(ring)).toEqual(['a']);
});

function key(name: string, pair: number): KeySecret {
  return keySecret(pairs[pair]!, { namespace: 'keys', name });
}
