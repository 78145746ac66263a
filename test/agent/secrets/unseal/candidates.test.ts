import { candidates, type SealedFor } from '../../../../src/agent/secrets/unseal/candidates';
import type { SealingKey } from '../../../../src/seal/sealing-key';
import { sealingKey } from '../sealed-secrets-world';

const keys = Array.from({ length: 5 }, (_, at) => sealingKey(`key-${at}`));
const modulus = ({ publicKey }: SealingKey) => Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url');
const ascending = [...keys].sort((a, b) => modulus(a).compare(modulus(b)));
const smallest = ascending[0]!;
const largest = ascending.at(-1)!;
const zero = Buffer.alloc(256);

const order = (sealed: Partial<SealedFor>, among: readonly SealingKey[] = keys) =>
  candidates(among, { number: zero, largest: zero, hints: [], failed: new Set(), ...sealed }).map(({ name }) => name);
const names = (some: readonly SealingKey[]) => some.map(({ name }) => name);

test('hints come first, in their order, then the newest, then the smaller moduli', () => {
  const [newest, second, third] = keys as [SealingKey, SealingKey, SealingKey];
  const rest = ascending.filter((key) => ![newest, second, third].includes(key));
  expect(order({ hints: [undefined, third.fingerprint, 'SHA256:unknown', second.fingerprint] })).toEqual(names([third, second, newest, ...rest]));
});

test('what cannot have sealed the number takes no try: its modulus is not above it, or of another length', () => {
  expect(order({ number: modulus(smallest) })).not.toContain(smallest.name);
  expect(order({ number: modulus(largest) })).toEqual([]);
  expect(order({}, [sealingKey('longer', 3072), smallest])).toEqual([smallest.name]);
});

test('what cannot have sealed a sibling comes last', () => {
  const among = [largest, ...ascending.slice(0, -1)];
  expect(order({ largest: modulus(smallest) }, among)).toEqual(names([largest, ...ascending.slice(1, -1), smallest]));
});

test('what was tried in vain is not tried again, hinted at or not', () => {
  const failed = new Set(keys.slice(1).map(({ fingerprint }) => fingerprint));
  expect(order({ failed, hints: [keys[2]!.fingerprint] })).toEqual([keys[0]!.name]);
});
