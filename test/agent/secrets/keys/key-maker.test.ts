import { KeyMaker } from '../../../../src/agent/secrets/keys/key-maker';
import { LiveKeyRing } from '../../../../src/agent/secrets/keys/key-ring';
import type { KeyRules } from '../../../../src/agent/secrets/keys/next-key';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../../src/seal/key-secret';
import { FakeSecrets } from './fake-secrets';

const HOUR = 3_600_000;
const rules: KeyRules = { firstKey: 'make', renewPeriodMs: HOUR };

let pairs: SealingPair[];
beforeAll(async () => {
  pairs = await Promise.all([2048, 2048, 2048].map((bits) => createSealingKey({ bits })));
});

let secrets: FakeSecrets;
let stopping: AbortController;
beforeEach(() => {
  secrets = new FakeSecrets();
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

test('two that decide at the same moment make one key', async () => {
  const [one, two] = [new Making(), new Making()];
  await Promise.all([one.asked, two.asked]);
  one.give(pairs[0]!);
  two.give(pairs[1]!);
  await secrets.idle();
  expect(secrets.created).toHaveLength(1);
  expect([one, two].map(({ ring }) => ring.keys.map(({ name }) => name))).toEqual([secrets.created, secrets.created]);
});

test('a key that is restored while one is being made is not followed by that', async () => {
  const making = new Making();
  await making.asked;
  secrets.behindTheWatch(() => void secrets.put(keySecret(pairs[0]!, { namespace: 'keys', name: 'restored' })));
  making.give(pairs[1]!);
  await secrets.idle();
  expect([secrets.created, making.ring.keys.map(({ name }) => name)]).toEqual([[], ['restored']]);
});

test('a key is not written once another controller is at work', async () => {
  const making = new Making();
  await making.asked;
  making.isActive = false;
  making.give(pairs[0]!);
  await secrets.idle();
  expect(secrets.created).toEqual([]);
});

test('nothing is made before it is on this agent, and then at once', async () => {
  const making = new Making({ isActive: false });
  await secrets.idle();
  expect(making.asks).toBe(0);
  making.isActive = true;
  making.standingChanged();
  await making.asked;
});

test('a key that is deleted is followed by one of another name', async () => {
  const making = new Making();
  await making.asked;
  making.give(pairs[0]!);
  await secrets.idle();
  const [first] = secrets.created;
  secrets.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'unrelated', namespace: 'keys' } });
  secrets.remove(first!);
  await making.asked;
  making.give(pairs[1]!);
  await secrets.idle();
  expect(new Set(secrets.created).size).toBe(2);
});

test('a key that could not be written is written later, and no other is computed', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  secrets.refusals = 2;
  const making = new Making();
  await making.asked;
  making.give(pairs[0]!);
  for (let round = 0; round < 3; round++) {
    await secrets.idle();
    jest.advanceTimersByTime(10_000);
  }
  await secrets.idle();
  jest.useRealTimers();
  expect([secrets.created.length, making.asks]).toEqual([1, 1]);
});

test('a renewal is told of once, with the fingerprint and no more of the key', async () => {
  secrets.put(keySecret(pairs[0]!, { namespace: 'keys', name: 'old' }));
  const making = new Making({ hoursLater: 2 });
  await making.asked;
  making.give({ ...pairs[1]! });
  await secrets.idle();
  expect(making.ring.keys).toHaveLength(2);
  expect(making.said).toHaveLength(2);
  const fingerprint = making.ring.keys.find(({ name }) => name !== 'old')!.fingerprint;
  expect(making.said[1]).toMatchObject({ reason: 'SealingKeyMade', message: expect.stringContaining(fingerprint) });
  expect(JSON.stringify(making.said)).not.toMatch(/PRIVATE|tls\.|LS0t/);
});

/** One agent that makes keys where it is asked to, of what it is given. */
class Making {
  isActive: boolean;
  asks = 0;
  asked!: Promise<void>;
  give!: (pair: SealingPair) => void;
  standingChanged!: () => void;
  readonly said: unknown[] = [];
  readonly ring: LiveKeyRing;
  private tellAsked!: () => void;

  constructor({ isActive = true, hoursLater = 0 } = {}) {
    this.isActive = isActive;
    const log = {
      info: (message: string, fields?: object) => void (message.startsWith('made') && this.said.push({ message, ...fields })),
      warn: () => undefined,
      error: () => undefined,
    };
    const shared = { namespace: 'keys', log, redactor: { add: () => undefined } };
    this.ring = new LiveKeyRing({ client: secrets.client, ...shared, signal: stopping.signal });
    secrets.watchedBy(this.ring);
    this.awaitAsk();
    const isActiveNow = () => this.isActive;
    const maker = new KeyMaker({
      client: secrets.client,
      ring: this.ring,
      standing: {
        get isActive() {
          return isActiveNow();
        },
        subscribe: (onChange) => {
          this.standingChanged = onChange;
        },
      },
      rules,
      ...shared,
      record: (event) => void this.said.push(event),
      createKey: () => this.ask(),
      now: () => new Date(Date.now() + hoursLater * HOUR),
    });
    maker.start(stopping.signal);
  }

  private awaitAsk(): void {
    this.asked = new Promise((resolve) => {
      this.tellAsked = resolve;
    });
  }

  private ask(): Promise<SealingPair> {
    this.asks += 1;
    this.tellAsked();
    this.awaitAsk();
    return new Promise((resolve) => {
      this.give = resolve;
    });
  }
}
