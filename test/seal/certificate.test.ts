import { createPublicKey } from 'node:crypto';
import { FairleadError } from '../../src/common/errors';
import { assertValid, parseCertificates } from '../../src/seal/certificate';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret } from '../../src/seal/key-secret';
import { newestFirst, parseSealingKey } from '../../src/seal/sealing-key';
import { selfSigned } from './self-signed';
import { publicKey, vectors } from './vectors';

const refusal = (pem: string) => {
  try {
    return parseCertificates(pem, 'certs/dev.pem');
  } catch (error) {
    expect(error).toBeInstanceOf(FairleadError);
    return (error as Error).message;
  }
};

test("upstream's certificate gives its key, fingerprint and time", () => {
  const [certificate, ...more] = parseCertificates(vectors.CertPem, 'x');
  expect(more).toEqual([]);
  expect(certificate!.publicKey.equals(publicKey)).toBe(true);
  expect(certificate!.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect([certificate!.notBefore, certificate!.notAfter]).toEqual([new Date('2026-11-21T01:34:44Z'), new Date('2036-11-18T01:34:44Z')]);
});

test('certificates of a file keep their order, whatever stands between them', async () => {
  const { certificatePem } = await createSealingKey({ bits: 1024 });
  const file = `# newest\r\n${certificatePem.replaceAll('\n', '\r\n')}older:\n${vectors.CertPem}-----BEGIN CERTIFICATE-----\nAAAA`;
  const found = parseCertificates(file, 'x');
  expect(found).toHaveLength(2);
  expect(parseCertificates(found.map(({ pem }) => pem).join(''), 'x').map(({ pem }) => pem)).toEqual([certificatePem, found[1]!.pem]);
  expect(found[1]!.publicKey.equals(publicKey)).toBe(true);
});

test('what no value can be sealed with is refused: no certificate, a bare key, another sort of key, one that is too small', async () => {
  const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const bare = createPublicKey(vectors.CertPem).export({ format: 'pem', type: 'spki' }).toString();
  const ec = await selfSigned({ name: 'ECDSA', namedCurve: 'P-256' });
  const small = await selfSigned({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 512, publicExponent: Buffer.from([1, 0, 1]) });
  expect(refusal('')).toBe('FL8001: no certificate to seal with can be read from certs/dev.pem: there is no -----BEGIN CERTIFICATE----- in it');
  expect(refusal(bare)).toBe(refusal(''));
  expect(refusal('<html>')).toBe(refusal(''));
  expect(refusal(vectors.KeyPem)).toBe(refusal(''));
  expect(refusal(junk)).toMatch(/^FL8001: no certificate to seal with can be read from certs\/dev\.pem: /);
  expect(refusal(`${vectors.CertPem}${junk}`)).toMatch(/^FL8001/);
  expect(refusal(ec)).toMatch(/its key is ec, and only RSA can seal$/);
  expect(refusal(small)).toMatch(/its key has 512 bits/);
});

test('a long text of certificates that never end is read in a moment', () => {
  expect(refusal('-----BEGIN CERTIFICATE-----\n'.repeat(100_000))).toBe(refusal(''));
  expect(refusal(`-----BEGIN CERTIFICATE-----${'A'.repeat(20_000_000)}`)).toBe(refusal(''));
});

test('a certificate that is over or not yet valid is refused', async () => {
  const { certificatePem } = await createSealingKey({ bits: 1024, validDays: 1 });
  const [certificate] = parseCertificates(certificatePem, 'x');
  const { notBefore, notAfter } = certificate!;
  expect(+notAfter - +notBefore).toBe(24 * 3600 * 1000);
  for (const moment of [notBefore, notAfter]) assertValid(certificate!, 'x', moment);
  for (const moment of [+notBefore - 1000, +notAfter + 1000]) {
    expect(() => assertValid(certificate!, 'certs/dev.pem', new Date(moment))).toThrow(
      `FL8002: the certificate ${certificate!.fingerprint} of certs/dev.pem is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()} only`,
    );
  }
});

test('keys are ordered by when their certificates begin, then by when their Secrets were made', () => {
  const key = parseSealingKey(keySecret({ privateKeyPem: vectors.KeyPem, certificatePem: vectors.CertPem }, { namespace: 'a', name: 'k' }));
  const dated = (name: string, notBefore: string, createdAt: string) => ({
    ...key,
    name,
    notBefore: new Date(notBefore),
    createdAt: new Date(createdAt),
  });
  const keys = [
    dated('old', '2020-01-01', '2025-01-01'),
    dated('b', '2024-01-01', '2024-01-01'),
    dated('restored', '2024-01-01', '2024-06-01'),
    dated('a', '2024-01-01', '2024-01-01'),
  ];
  expect(newestFirst(keys).map(({ name }) => name)).toEqual(['restored', 'a', 'b', 'old']);
  expect(keys[0]!.name).toBe('old');
});
