import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { FairleadError } from '../../src/common/errors';
import { labels } from '../../src/model/labels';
import { keySecret, keysIn, printKeyList } from '../../src/seal/key-secret';
import { isActiveKey, type KeySecret } from '../../src/seal/sealing-key';
import { runs } from '../support/runs';
import { privateKey, vectors } from './vectors';

const pair = { privateKeyPem: vectors.KeyPem, certificatePem: vectors.CertPem };
const named = keySecret(pair, { namespace: 'kube-system', name: 'sealed-secrets-key7x2vq' });
const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** As `kubectl get -o yaml` prints it. */
const live: KeySecret = {
  ...named,
  metadata: {
    ...named.metadata,
    annotations: { [LAST_APPLIED]: JSON.stringify(named), note: 'kept' },
    creationTimestamp: '2024-01-02T03:04:05Z',
    generateName: 'sealed-secrets-key',
    managedFields: [{ manager: 'controller', operation: 'Update', apiVersion: 'v1' }],
    ownerReferences: [],
    resourceVersion: '12',
    uid: 'f8f6d7c2-0000-4000-8000-000000000000',
  },
};
const kept = { ...named, metadata: { ...named.metadata, annotations: { note: 'kept' }, creationTimestamp: '2024-01-02T03:04:05Z' } };
const { metadata: _, ...unlabelled } = named;
const legacy = { ...unlabelled, metadata: { name: 'sealed-secrets-key', namespace: 'kube-system' } };

const refusal = (text: string) => {
  try {
    return keysIn(text, 'keys.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(FairleadError);
    expect((error as Error).cause).toBeUndefined();
    return (error as Error).message;
  }
};

test("a key's Secret is as upstream's controller makes it, and the API server names it", () => {
  expect(keySecret(pair, { namespace: 'kube-system' })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: '', generateName: 'sealed-secrets-key', namespace: 'kube-system', labels: { [labels.sealingKey]: 'active' } },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': Buffer.from(vectors.CertPem).toString('base64'), 'tls.key': Buffer.from(vectors.KeyPem).toString('base64') },
  });
  expect(named.metadata).toEqual({ name: 'sealed-secrets-key7x2vq', namespace: 'kube-system', labels: { [labels.sealingKey]: 'active' } });
});

describe('keys are read as people have them', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [live, legacy], metadata: { resourceVersion: '' } };
  const { apiVersion: _a, kind: _k, ...bare } = live;
  const { data: _d, ...dataless } = legacy;
  const cases: Readonly<Record<string, readonly [string, readonly unknown[], number]>> = {
    'PKCS#1': [vectors.KeyPem, [], 1],
    'PKCS#8': [pkcs8, [], 1],
    'several private keys, with their certificates': [`${vectors.CertPem}${vectors.KeyPem}\r\n${pkcs8}`, [], 2],
    'a Secret in YAML': [dump(live), [kept], 1],
    'a Secret in JSON': [JSON.stringify(live), [kept], 1],
    'a List in YAML': [dump(list), [kept, legacy], 2],
    'a List in JSON': [JSON.stringify(list, null, 4), [kept, legacy], 2],
    'a SecretList whose items say no kind': [JSON.stringify({ apiVersion: 'v1', kind: 'SecretList', items: [bare] }), [kept], 1],
    'several documents': [`---\n${dump(live)}---\n# nothing\n---\n${dump(list)}`, [kept, kept, legacy], 3],
    'values in plain text': [
      dump({ ...dataless, stringData: { 'tls.key': pkcs8 } }),
      [{ ...legacy, data: { 'tls.key': Buffer.from(pkcs8).toString('base64') } }],
      1,
    ],
  };

  test.each(Object.entries(cases))('%s', (_name, [text, secrets, keys]) => {
    const found = keysIn(text, 'keys.yaml');
    expect(found.secrets).toEqual(secrets);
    expect(found.privateKeys.map((key) => key.equals(privateKey))).toEqual(Array(keys).fill(true));
  });
});

test('what a backup holds is read as it was, and what is out of use stays so', () => {
  const compromised: KeySecret = {
    ...named,
    metadata: { ...named.metadata, name: 'sealed-secrets-key00000', labels: { [labels.sealingKey]: 'compromised' } },
  };
  const { secrets } = keysIn(printKeyList([live, legacy, compromised]), 'a backup');
  expect(secrets).toEqual([kept, legacy, compromised]);
  expect(secrets.map(isActiveKey)).toEqual([true, true, false]);
});

test('what is no key is refused, and nothing of it is said', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const locked = privateKey.export({ format: 'pem', type: 'pkcs1', cipher: 'aes-128-cbc', passphrase: 'x' }).toString();
  const locked8 = privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' }).toString();
  const withKey = (value: string) => dump({ ...legacy, data: { 'tls.key': value } });
  const start = 'FL8004: no sealing keys can be read from keys.yaml';
  expect(refusal('')).toBe(`${start}: there is none in it`);
  expect(refusal('---\n')).toBe(`${start}: there is none in it`);
  expect(refusal('s3cr3t-word')).toBe(`${start}: it is neither PEM nor a Secret`);
  expect(refusal('a: [s3cr3t-word\nb: }')).toMatch(/^FL8004: .*keys\.yaml, line 2: there is no PEM in it, and as YAML it is no YAML: [a-z ]+$/);
  expect(refusal('a: *s3cr3t')).toMatch(/aliases cannot be resolved$/);
  expect(refusal(vectors.CertPem)).toMatch(/a certificate alone opens nothing$/);
  expect(refusal(createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString())).toMatch(/no private key in its PEM/);
  expect(refusal(vectors.KeyPem.slice(0, 900))).toMatch(/no private key in its PEM/);
  expect(refusal(vectors.KeyPem.replace(/^(.{200})..../s, '$1zzzz'))).toMatch(/no whole RSA key in PKCS#1 or PKCS#8$/);
  expect(refusal(`${vectors.KeyPem}${ec}`)).toMatch(/no whole RSA key in PKCS#1 or PKCS#8$/);
  expect([refusal(locked), refusal(locked8)]).toEqual(Array(2).fill(expect.stringMatching(/protected by a passphrase of its own/)));
  expect(refusal(dump({ ...legacy, kind: 'ConfigMap' }))).toMatch(/an object that is no Secret$/);
  expect(refusal(dump({ kind: 'List', items: {} }))).toMatch(/its List has no items$/);
  expect(refusal(dump({ kind: 'List', items: [] }))).toMatch(/there is none in it$/);
  expect(refusal(dump({ kind: 'List', items: ['s3cr3t'] }))).toMatch(/neither PEM nor a Secret$/);
  expect(refusal(dump({ ...legacy, metadata: {} }))).toMatch(/a Secret has no name$/);
  expect(refusal(dump({ ...legacy, data: { 'tls.key': 3 } }))).toMatch(/data of Secret sealed-secrets-key is no map of texts$/);
  expect(refusal(dump({ ...legacy, data: {} }))).toMatch(/Secret sealed-secrets-key has no tls\.key$/);
  for (const junk of ['s3cr3t', Buffer.from('s3cr3t').toString('base64'), Buffer.from(ec).toString('base64')]) {
    expect(refusal(withKey(junk))).toMatch(/tls\.key of Secret sealed-secrets-key is no whole RSA private key in PEM$/);
  }
});

test('a key that is cut off or has junk in it is read or refused, and never shown', () => {
  const text = dump({ apiVersion: 'v1', kind: 'List', items: [live] });
  const words = [...vectors.KeyPem.split('\n'), ...named.data!['tls.key']!.match(/.{40}/g)!].filter(
    (word) => word.length >= 16 && !word.startsWith('-----'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(text, JSON.stringify(live), vectors.KeyPem),
      fc.nat(),
      fc.nat(),
      fc.string({ maxLength: 5, unit: 'binary' }),
      (whole, from, length, junk) => {
        const at = from % whole.length;
        const result = refusal(whole.slice(0, at) + junk + whole.slice(at + (length % 200)));
        if (typeof result === 'string') expect(words.filter((word) => result.includes(word))).toEqual([]);
      },
    ),
    { numRuns: runs(400) },
  );
});

test('a PEM key in the middle of a text is found', () => {
  expect(keysIn(`Bag Attributes\n${pkcs8}`, 'x').privateKeys[0]!.equals(createPrivateKey(vectors.KeyPem))).toBe(true);
});
