import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { annotationsFor, labelFor, SCOPES, scopeOf } from '../../src/seal/scope';
import { openValue, parseSealedValue, sealValue } from '../../src/seal/sealed-value';
import { useGoProgram } from '../support/go-program';
import { privateKey, publicKey, UPSTREAM, vectors } from './vectors';

const upstream = useGoProgram<{ base64: readonly string[] }, { base64: readonly (string | null)[] }>(UPSTREAM);

const open = (text: string, label: Buffer, key = privateKey) => {
  const value = parseSealedValue(text);
  return value && openValue(value, key, label);
};

describe.each(vectors.Vectors.map((vector, index) => ({ index, ...vector })))(
  'what upstream sealed: $Scope, $index',
  ({ Scope, Label, PlaintextB64, Blob }) => {
    const plain = Buffer.from(PlaintextB64, 'base64');

    test('opens with its label', () => {
      expect(open(Blob, Buffer.from(Label))).toEqual(plain);
    });

    test('opens with no other label', () => {
      const others = ['', 'team-a', 'team-a/db', 'team-a/db ', 'team-b', 'team-a/other', 'Team-a/db', `${Label}\0`].filter((one) => one !== Label);
      expect(others.map((label) => open(Blob, Buffer.from(label)))).toEqual(others.map(() => undefined));
    });

    test('has the length of ours and the label of its scope', () => {
      expect(sealValue(plain, publicKey, Buffer.from(Label))).toHaveLength(Blob.length);
      expect(labelFor(Scope, 'team-a', 'db').toString()).toBe(Label);
    });
  },
);

test('what is sealed opens under its scope, its namespace and its name, and nowhere else', () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.constantFrom(...SCOPES), name, name, fc.uint8Array({ maxLength: 300 }), (scope, namespace, secret, bytes) => {
      const value = Buffer.from(bytes);
      const sealed = sealValue(value, publicKey, labelFor(scope, namespace, secret));
      expect(open(sealed, labelFor(scope, namespace, secret))).toEqual(value);
      expect(open(sealed, labelFor(scope, `${namespace}x`, secret))).toEqual(scope === 'cluster-wide' ? value : undefined);
      expect(open(sealed, labelFor(scope, namespace, `${secret}x`))).toEqual(scope === 'strict' ? undefined : value);
      for (const other of SCOPES.filter((one) => one !== scope)) expect(open(sealed, labelFor(other, namespace, secret))).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('a value with any byte changed does not open', () => {
  const label = Buffer.from('a/b');
  const sealed = Buffer.from(sealValue(Buffer.from('some value'), publicKey, label), 'base64');
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const altered = Buffer.from(sealed);
      altered[at]! ^= flip;
      expect(open(altered.toString('base64'), label)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('a value cut off at any length does not open', () => {
  const label = Buffer.from('a/b');
  const sealed = Buffer.from(sealValue(Buffer.from('some value'), publicKey, label), 'base64');
  for (let length = 0; length < sealed.length; length++) {
    expect(open(sealed.subarray(0, length).toString('base64'), label)).toBeUndefined();
  }
});

test('a value that says a longer session key than it has is none', () => {
  const texts = ['', 'AA==', 'AAA=', '//8=', Buffer.from([0xff, 0xff, ...randomBytes(300)]).toString('base64')];
  expect(texts.map(parseSealedValue)).toEqual(texts.map(() => undefined));
});

test('base64 is what Go takes for it', () => {
  const rest = sealValue(Buffer.from('v'), publicKey, Buffer.alloc(0));
  const [whole, ...others] = [rest, rest.replace(/^(.{9})/, '$1\n'), rest.replace(/^(.{9})/, '$1\r\n'), `${rest}\n`, `\n\n${rest}`];
  const refused = [
    `${rest} `,
    ` ${rest}`,
    rest.replace(/^(.{9})/, '$1 '),
    `${rest}=`,
    `${rest}====`,
    rest.replace(/=+$/, ''),
    `${rest}A`,
    `${rest}AAAA`,
  ];
  const doubtful = [
    rest.replace(/[+/]/g, '_'),
    rest.replace(/^(.{9})./, '$1*'),
    rest.replace(/^(.{9})./, '$1\u00e9'),
    rest.replace(/^(.{9})./, '$1='),
    '=',
    '====',
    'A===',
    'QQ',
    'QQ=',
    'QQ==',
    'QR==',
    'QQ=\n=',
    'Q\rQ==',
    'QQ==\n',
    'QQ==\t',
    'QQE=',
    'QQF=',
    '\n',
    '',
  ];
  const texts = [whole!, ...others, ...refused, ...doubtful];
  const decoded = upstream({ base64: texts }).base64;
  expect(decoded.slice(0, 1 + others.length + refused.length).map((one) => one !== null)).toEqual([
    true,
    ...others.map(() => true),
    ...refused.map(() => false),
  ]);
  texts.forEach((text, index) => {
    const bytes = decoded[index] === null ? undefined : Buffer.from(decoded[index]!, 'base64url');
    const value = parseSealedValue(text);
    const ours = value && Buffer.concat([Buffer.from([value.sessionKey.length >> 8, value.sessionKey.length & 0xff]), value.sessionKey, value.body]);
    expect([text, ours]).toEqual([text, bytes !== undefined && bytes.length > 200 ? bytes : undefined]);
  });
});

test('any text of base64 and almost base64 is read as Go reads it', () => {
  const head = Buffer.alloc(20).toString('base64').slice(0, 24);
  const tails = fc.sample(fc.array(fc.constantFrom('A', 'Q', '+', '/', '=', '\n', '\r', ' ', '-', '_', '.', 'R'), { maxLength: 9 }), {
    numRuns: 400,
    seed: 7,
  });
  const texts = tails.map((tail) => head + tail.join(''));
  const decoded = upstream({ base64: texts }).base64;
  expect(texts.map((text) => [text, parseSealedValue(text) !== undefined])).toEqual(texts.map((text, index) => [text, decoded[index] !== null]));
  expect(new Set(decoded.map((one) => one === null)).size).toBe(2);
});

test.each([900_000, 10_000_000])('a value of %d bytes comes back', (size) => {
  const value = randomBytes(size);
  const label = labelFor('strict', 'a', 'b');
  expect(open(sealValue(value, publicKey, label), label)?.equals(value)).toBe(true);
});

test('no two seals of a value are the same', () => {
  const seal = () => sealValue(Buffer.from('v'), publicKey, Buffer.alloc(0));
  expect(seal()).not.toBe(seal());
});

test('another key opens nothing, whatever its length', () => {
  const sealed = sealValue(Buffer.from('v'), publicKey, Buffer.alloc(0));
  const others = [1024, 2048, 3072].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }).privateKey);
  expect(others.map((key) => open(sealed, Buffer.alloc(0), key))).toEqual([undefined, undefined, undefined]);
});

test('annotations say the scope they were made for, and only "true" counts', () => {
  expect(SCOPES.map((scope) => scopeOf(annotationsFor(scope)))).toEqual(SCOPES);
  expect(scopeOf({ ...annotationsFor('namespace-wide'), ...annotationsFor('cluster-wide') })).toBe('cluster-wide');
  expect(['True', '1', 'yes', ' true', ''].map((said) => scopeOf({ 'sealedsecrets.bitnami.com/cluster-wide': said }))).toEqual(
    Array(5).fill('strict'),
  );
  expect(scopeOf()).toBe('strict');
});
