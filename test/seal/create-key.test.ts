import 'reflect-metadata';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { X509Certificate as Parsed } from '@peculiar/x509';
import { parseCertificates } from '../../src/seal/certificate';
import { createSealingKey } from '../../src/seal/create-key';
import { parsePrivateKey } from '../../src/seal/sealing-key';
import { useGoProgram } from '../support/go-program';
import { UPSTREAM } from './vectors';

interface Made {
  readonly certificates: readonly { readonly pem: string }[];
}

const upstream = useGoProgram<{ commonNames: readonly string[] }, Made>(UPSTREAM);
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const SUBJECT_KEY = '2.5.29.14';

const extensionsOf = (pem: string) =>
  new Parsed(pem).extensions.map(({ type, critical, value }) => ({ type, critical, value: Buffer.from(value).toString('hex') }));
/** What does not depend on key and time. */
const shapeOf = (pem: string) => {
  const { subjectName, issuerName, signatureAlgorithm, publicKey, notBefore, notAfter } = new Parsed(pem);
  const names = [subjectName, issuerName].map((name) => Buffer.from(name.toArrayBuffer()).toString('hex'));
  const extensions = extensionsOf(pem).map((one) => (one.type === SUBJECT_KEY ? { ...one, value: one.value.slice(0, 4) } : one));
  return { names, signatureAlgorithm, key: publicKey.algorithm, lasts: +notAfter - +notBefore, extensions };
};

test.each(['', 'sealed-secrets', 'Schl\u00fcssel, O=x'])("a certificate is as upstream's, with common name %p", async (commonName) => {
  const { certificatePem } = await createSealingKey({ bits: 2048, commonName });
  expect(shapeOf(certificatePem)).toEqual(shapeOf(upstream({ commonNames: [commonName] }).certificates[0]!.pem));
});

test('a certificate says what its key is for, byte for byte', async () => {
  const { certificatePem } = await createSealingKey({ bits: 1024 });
  expect(extensionsOf(certificatePem)).toEqual([
    { type: KEY_USAGE, critical: true, value: '03020001' },
    { type: BASIC_CONSTRAINTS, critical: true, value: '30030101ff' },
    { type: SUBJECT_KEY, critical: false, value: expect.stringMatching(/^0414[0-9a-f]{40}$/) },
  ]);
});

test('a pair fits: the certificate is of the key, signed by it, for ten years', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { privateKeyPem, certificatePem } = await createSealingKey({ bits: 2048 });
  expect(privateKeyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  const key = parsePrivateKey(privateKeyPem)!;
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(certificate.verify(createPublicKey(key))).toBe(true);
  const { notBefore, notAfter } = parseCertificates(certificatePem, 'x')[0]!;
  expect(+notBefore).toBeGreaterThanOrEqual(before);
  expect(+notBefore).toBeLessThanOrEqual(Date.now());
  expect(+notAfter - +notBefore).toBe(3650 * 24 * 3600 * 1000);
});

test('keys have 4096 bits, and no two are the same', async () => {
  const [one, two] = await Promise.all([createSealingKey(), createSealingKey({ bits: 2048 })]);
  expect(parsePrivateKey(one.privateKeyPem)!.asymmetricKeyDetails!.modulusLength).toBe(4096);
  expect(new X509Certificate(one.certificatePem).serialNumber).not.toBe(new X509Certificate(two.certificatePem).serialNumber);
});

test('a certificate may last into the next half of the century', async () => {
  const { certificatePem } = await createSealingKey({ bits: 1024, validDays: 20_000 });
  expect(parseCertificates(certificatePem, 'x')[0]!.notAfter.getUTCFullYear()).toBeGreaterThan(2050);
});
