import { ValueOpener } from '../../../../src/agent/secrets/unseal/open-values';
import { RsaThread } from '../../../../src/agent/secrets/unseal/rsa-thread';
import { annotations } from '../../../../src/model/labels';
import { fingerprintOf } from '../../../../src/seal/fingerprint';
import { annotationsFor, labelFor, type Scope } from '../../../../src/seal/scope';
import type { SealedSecret } from '../../../../src/seal/sealed-secret';
import { sealValue } from '../../../../src/seal/sealed-value';
import { printSealedWith } from '../../../../src/seal/sealed-with';
import type { SealingKey } from '../../../../src/seal/sealing-key';
import { privateKey, publicKey, vectors } from '../../../seal/vectors';
import { sealed as reconciled, sealingKey, TestRing } from '../sealed-secrets-world';

/** The newest has the largest modulus, so that none is passed over for what another has sealed. */
const keys = Array.from({ length: 4 }, () => sealingKey())
  .sort((a, b) => (modulusOf(a) < modulusOf(b) ? 1 : -1))
  .map((key, at) => ({ ...key, name: `key-${at}` }));
const newest = keys[0]!;
const oldest = keys[3]!;

let opener: ValueOpener;
let asked: jest.SpyInstance<unknown, Parameters<RsaThread['open']>>;
beforeEach(() => {
  opener = new ValueOpener();
  asked = jest.spyOn(RsaThread.prototype, 'open');
});
afterEach(async () => {
  await opener.close();
  jest.restoreAllMocks();
});

const sealed = (...args: Parameters<typeof reconciled>) => reconciled(...args) as unknown as SealedSecret;
const ring = (...some: readonly SealingKey[]) => new TestRing(some);
/** Keys the thread was given to try, call by call. */
const tries = () => asked.mock.calls.map(([, , some]) => some.map(({ name }) => name));

async function opened(object: SealedSecret, some: TestRing): Promise<Record<string, string>> {
  const { values } = await opener.open(object, some);
  return Object.fromEntries(
    [...values].map(([key, value]) => [key, 'problem' in value ? value.problem : `${value.plaintext} by ${value.openedWith.name}`]),
  );
}

test.each(vectors.Vectors.map((vector, index) => [`${vector.Scope} ${index}`, vector] as const))(
  'what upstream sealed opens: %s',
  async (_, vector) => {
    const key = { ...newest, publicKey, privateKey, fingerprint: fingerprintOf(publicKey) };
    const [namespace, name] = ['team-a', 'db'];
    const object = {
      ...sealed(name, {}, { key }),
      metadata: { name, namespace, annotations: annotationsFor(vector.Scope as Scope) },
      spec: { encryptedData: { it: vector.Blob } },
    };
    const { values } = await opener.open(object, ring(key));
    expect(values.get('it')).toEqual({ plaintext: Buffer.from(vector.PlaintextB64, 'base64'), openedWith: key });
  },
);

test('the recorded key is tried first', async () => {
  const object = sealed('a', { password: 'hunter2' }, { key: oldest });
  const { encryptedData } = object.spec;
  const note = printSealedWith(encryptedData!, new Map([['password', oldest.fingerprint]]))!;
  const noted = { ...object, metadata: { ...object.metadata, annotations: { [annotations.sealedWith]: note } } };
  expect(await opened(noted, ring(...keys))).toEqual({ password: 'hunter2 by key-3' });
  expect(tries()[0]![0]).toBe('key-3');
});

test('a sibling’s key is tried next, and then that of the namespace', async () => {
  await opened(sealed('a', { one: '1', two: '2' }, { key: oldest }), ring(...keys));
  await opened(sealed('b', { one: '1' }, { key: oldest }), ring(...keys));
  await opened(sealed('c', { one: '1' }, { key: newest, namespace: 'other' }), ring(...keys));
  expect(tries().map(([first]) => first)).toEqual(['key-0', 'key-3', 'key-3', 'key-0']);
});

test('what opened once opens with one try, and what did not is tried with new keys alone', async () => {
  const closed = sealed('a', { password: 'hunter2' }, { key: oldest });
  const some = ring(newest, keys[1]!);
  expect(await opened(closed, some)).toEqual({ password: 'no-key' });
  expect(await opened(closed, some)).toEqual({ password: 'no-key' });
  some.use(oldest, newest, keys[1]!);
  expect(await opened(closed, some)).toEqual({ password: 'hunter2 by key-3' });
  some.use(...keys);
  expect(await opened(closed, some)).toEqual({ password: 'hunter2 by key-3' });
  expect(
    tries()
      .slice(1)
      .map(([first]) => first),
  ).toEqual(['key-3', 'key-3']);
  expect(tries()[1]).toEqual(['key-3']);
});

test('a value bound to something else stays closed, and says no more', async () => {
  const object = sealed('a', { password: 'hunter2' }, { key: newest });
  const renamed = { ...object, metadata: { ...object.metadata, name: 'b' } };
  const widened = { ...object, metadata: { ...object.metadata, annotations: annotationsFor('cluster-wide') } };
  expect([await opened(renamed, ring(newest)), await opened(widened, ring(newest))]).toEqual([{ password: 'no-key' }, { password: 'no-key' }]);
});

test('what is wrong is told by value, and takes no try where it is plain', async () => {
  const object = sealed('a', { fine: 'x', altered: 'y' }, { key: newest });
  const { fine = '', altered = '' } = object.spec.encryptedData!;
  const bytes = Buffer.from(altered, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  const encryptedData = { fine, altered: bytes.toString('base64'), junk: 'junk!', number: 3 as unknown as string, none: null as unknown as string };
  expect(await opened({ ...object, spec: { encryptedData } }, ring(newest))).toEqual({
    fine: 'x by key-0',
    altered: 'altered',
    junk: 'malformed',
    number: 'malformed',
    none: 'malformed',
  });
  expect(tries()).toHaveLength(2);
});

test('the deprecated form is told beside the values', async () => {
  const data = sealValue(Buffer.from('{}'), newest.publicKey, labelFor('strict', 'default', 'a'));
  const { whole } = await opener.open({ ...sealed('a', {}, { key: newest }), spec: { data } }, ring(newest));
  expect(whole).toEqual({ plaintext: Buffer.from('{}'), openedWith: newest });
});

test('a thread that ended is followed by another', async () => {
  const object = sealed('a', { password: 'hunter2' }, { key: newest });
  await opened(object, ring(newest));
  await opener.close();
  expect(await opened(object, ring(newest))).toEqual({ password: 'hunter2 by key-0' });
});

test('an object of junk keeps another waiting for one value of it, not for all', async () => {
  const order: string[] = [];
  const strange = sealingKey('strange');
  const junk = sealed('junk', Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`v${at}`, 'x'])), { key: strange });
  const some = ring(...keys);
  await Promise.all([
    opener.open(junk, some).then(() => order.push('junk')),
    opener.open(sealed('fine', { one: '1', two: '2' }, { key: newest }), some).then(() => order.push('fine')),
  ]);
  expect(order).toEqual(['fine', 'junk']);
});

function modulusOf({ publicKey }: SealingKey): string {
  return Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('hex');
}
