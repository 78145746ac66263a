import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import type { SealingPair } from './key-secret';

export interface CreateKeyOptions {
  /** @default 4096 */
  readonly bits?: number;
  /** @default 3650 */
  readonly validDays?: number;
  /** Of issuer and subject. @default - none, as upstream's */
  readonly commonName?: string;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A new key with a certificate as upstream's controller makes them. The key is made outside of the event loop, in a second or two.
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/crypto/keys.go
 */
export async function createSealingKey({ bits = 4096, validDays = 3650, commonName = '' }: CreateKeyOptions = {}): Promise<SealingPair> {
  const algorithm = { ...ALGORITHM, modulusLength: bits, publicExponent: Buffer.from([1, 0, 1]) };
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const privateKeyPem = KeyObject.from(pair.privateKey).export({ format: 'pem', type: 'pkcs1' }).toString();
  return { privateKeyPem, certificatePem: await selfSigned(pair, validDays, commonName) };
}

async function selfSigned({ publicKey, privateKey: signingKey }: webcrypto.CryptoKeyPair, validDays: number, commonName: string): Promise<string> {
  // Few commands make a key, so none of the others loads this. The second cannot do without the first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const name = commonName === '' ? [] : [{ CN: [commonName] }];
  const notBefore = new Date();
  const extensions = [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.encipherOnly, true),
    new x509.BasicConstraintsExtension(true, undefined, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto as never),
  ];
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: name,
      issuer: name,
      notBefore,
      notAfter: new Date(notBefore.getTime() + validDays * DAY_MS),
      publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions,
    },
    webcrypto as never,
  );
  return `${certificate.toString('pem').trim()}\n`;
}

/** Positive and without leading zeros, as DER has integers. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}
