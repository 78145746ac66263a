import { generateKeyPairSync } from 'node:crypto';
import { annotations, labels } from '../../src/model/labels';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret } from '../../src/seal/key-secret';
import { isActiveKey, lacksBackup, parseSealingKey } from '../../src/seal/sealing-key';
import { privateKey, vectors } from './vectors';

const pair = { privateKeyPem: vectors.KeyPem, certificatePem: vectors.CertPem };

test('a key lacks a backup until one is stamped that is not older than the key', async () => {
  const secret = keySecret(await createSealingKey({ bits: 2048 }), { namespace: 'kube-system', name: 'a' });
  const stamped = (at: Record<string, string>) => parseSealingKey({ ...secret, metadata: { ...secret.metadata, annotations: at } });
  const { notBefore } = stamped({});
  const stamps = [undefined, 'yesterday', new Date(+notBefore - 1000).toISOString(), notBefore.toISOString()];
  const lacking = stamps.map((at) => lacksBackup(stamped(at === undefined ? {} : { [annotations.backedUpAt]: at })));
  expect(lacking).toEqual([true, true, true, false]);
});

test('a key that was restored into a Secret younger than its stamp has its backup still', async () => {
  const { metadata, ...rest } = keySecret(await createSealingKey({ bits: 2048 }), { namespace: 'kube-system', name: 'a' });
  const at = new Date(Date.now() + 60_000).toISOString();
  const restored = { ...metadata, creationTimestamp: '2999-01-01T00:00:00Z', annotations: { [annotations.backedUpAt]: at } };
  expect(lacksBackup(parseSealingKey({ ...rest, metadata: restored }))).toBe(false);
});

describe('a Secret that is no key is refused by name, and nothing of it is said', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const whole = { 'tls.key': base64(vectors.KeyPem), 'tls.crt': base64(vectors.CertPem) };
  const cases: Readonly<Record<string, readonly [Readonly<Record<string, string>> | undefined, string]>> = {
    'without data': [undefined, 'it has no tls.key'],
    'without a private key': [{ 'tls.crt': whole['tls.crt'] }, 'it has no tls.key'],
    'without a certificate': [{ 'tls.key': whole['tls.key'] }, 'it has no tls.crt'],
    'with junk for a private key': [{ ...whole, 'tls.key': base64('s3cr3t') }, 'its tls.key is no RSA private key in PEM'],
    'with no base64 at all': [{ ...whole, 'tls.key': '%%%' }, 'its tls.key is no RSA private key in PEM'],
    'with a certificate cut off': [
      { ...whole, 'tls.crt': base64(vectors.CertPem.slice(0, 300)) },
      'its tls.crt is no certificate of an RSA key in PEM',
    ],
    'with the private key in both': [{ ...whole, 'tls.crt': whole['tls.key'] }, 'its tls.crt is no certificate of an RSA key in PEM'],
    'with an empty certificate': [{ ...whole, 'tls.crt': '' }, 'its tls.crt is no certificate of an RSA key in PEM'],
    'with the certificate of another key': [{ ...whole, 'tls.key': base64(other) }, 'its tls.crt is of another key than its tls.key'],
  };

  test.each(Object.entries(cases))('%s', (_name, [data, reason]) => {
    const secret = { ...keySecret(pair, { namespace: 'kube-system', name: 'k' }), data };
    expect(() => parseSealingKey(secret)).toThrow(`FL8003: secret kube-system/k is labelled as a sealing key and is none: ${reason}`);
  });
});

test('PKCS#8 is read as PKCS#1 is', () => {
  const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const key = parseSealingKey(keySecret({ ...pair, privateKeyPem: pkcs8 }, { namespace: 'a', name: 'k' }));
  expect(key.privateKey.equals(privateKey)).toBe(true);
  expect(key.name).toBe('k');
});

test('a key is in use while it is labelled active, and the one of old has no label', () => {
  const labelled = (name: string, label?: string) =>
    isActiveKey({ metadata: { name, labels: label === undefined ? { other: 'x' } : { [labels.sealingKey]: label } } });
  expect([labelled('a', 'active'), labelled('sealed-secrets-key'), isActiveKey({ metadata: { name: 'sealed-secrets-key' } })]).toEqual([
    true,
    true,
    true,
  ]);
  expect([
    labelled('a'),
    labelled('a', 'compromised'),
    labelled('a', ''),
    labelled('sealed-secrets-key', 'compromised'),
    labelled('sealed-secrets-keyabcde'),
  ]).toEqual(Array(5).fill(false));
});
