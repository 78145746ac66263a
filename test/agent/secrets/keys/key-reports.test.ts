import { KeyReports } from '../../../../src/agent/secrets/keys/key-reports';
import type { MalformedKey } from '../../../../src/agent/secrets/keys/read-key';
import { errors } from '../../../../src/common/errors';
import type { SealingKey } from '../../../../src/seal/sealing-key';

const DAY_MS = 86_400_000;
const key = { name: 'a', fingerprint: 'SHA256:a', notBefore: new Date(0) } as SealingKey;
const malformed = (resourceVersion: string): MalformedKey => ({
  secret: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'b', namespace: 'keys', resourceVersion } },
  error: errors.SealingKeyInvalid({ secret: 'keys/b', reason: 'it has no tls.key' }),
});

let told: string[];
let stopping: AbortController;
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  stopping = new AbortController();
});
afterEach(() => {
  stopping.abort();
  jest.useRealTimers();
});

function startReports(state: { keys?: SealingKey[]; malformed?: MalformedKey[]; isActive?: boolean }): () => void {
  const changed: (() => void)[] = [];
  const subscribe = (onChange: () => void) => void changed.push(onChange);
  const ring = { subscribe, keys: [] as SealingKey[], malformed: [] as MalformedKey[] };
  const log = { info: () => undefined, warn: (message: string) => void told.push(message.split(':')[0]!), error: () => undefined };
  const standing = {
    subscribe,
    get isActive() {
      return state.isActive ?? true;
    },
  };
  const live = Object.defineProperties(ring, { keys: { get: () => state.keys ?? [] }, malformed: { get: () => state.malformed ?? [] } });
  new KeyReports({ ring: live, standing, log, record: ({ reason }) => void told.push(reason) }).start(stopping.signal);
  return () => {
    for (const tell of changed) tell();
  };
}

const UNSAVED = 'the newest sealing key is not backed up';

test('that the newest key is not backed up is said at the start and daily, until it is', () => {
  const state = { keys: [key] };
  startReports(state);
  expect(told).toEqual([UNSAVED]);
  jest.advanceTimersByTime(2 * DAY_MS);
  expect(told).toEqual([UNSAVED, UNSAVED, UNSAVED]);
  state.keys = [{ ...key, backedUpAt: new Date(1) }];
  jest.advanceTimersByTime(2 * DAY_MS);
  expect(told).toHaveLength(3);
});

test('an older key without backup is no warning in the log', () => {
  startReports({ keys: [{ ...key, backedUpAt: new Date(1) }, key] });
  expect(told).toEqual([]);
});

test('nothing is said while another controller is at work, and all of it once it is on this agent', () => {
  const state = { keys: [key], malformed: [malformed('1')], isActive: false };
  const changed = startReports(state);
  expect(told).toEqual([]);
  state.isActive = true;
  changed();
  expect(told).toEqual(['a sealing key is not used', 'SealingKeyInvalid', UNSAVED]);
});

test('a Secret that is no key is told of once for each content', () => {
  const state = { malformed: [malformed('1')] };
  const changed = startReports(state);
  changed();
  state.malformed = [malformed('2')];
  changed();
  expect(told).toEqual(['a sealing key is not used', 'SealingKeyInvalid', 'a sealing key is not used', 'SealingKeyInvalid']);
});
