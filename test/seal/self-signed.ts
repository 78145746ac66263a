import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** A certificate of a key that nothing can be sealed with. */
export async function selfSigned(algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const signingAlgorithm = { ...algorithm, hash: 'SHA-256' };
  const certificate = await X509CertificateGenerator.createSelfSigned({ keys, signingAlgorithm, name: 'CN=x' }, webcrypto as never);
  return certificate.toString('pem');
}
