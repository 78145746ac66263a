import { type KeyObject, X509Certificate } from 'node:crypto';
import { errors } from '../common/errors';
import { fingerprintOf } from './fingerprint';
import { pemBlocks } from './pem';

/** A certificate that values are sealed with. Public. */
export interface SealingCertificate {
  readonly pem: string;
  readonly publicKey: KeyObject;
  /** Of its key, `SHA256:…`. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Below it Go refuses a key, and OAEP has no room for a session key in the end. */
const SMALLEST_BITS = 1024;

/**
 * Certificates of a PEM file in their order; the first is the one to seal with, later ones are older keys of the same cluster.
 * @param from names the file in messages
 * @throws CertificateInvalid where there is none, one cannot be read or is for no RSA key
 */
export function parseCertificates(pem: string, from: string): readonly SealingCertificate[] {
  const blocks = pemBlocks(pem).filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length === 0) throw errors.CertificateInvalid({ from, reason: 'there is no -----BEGIN CERTIFICATE----- in it' });
  return blocks.map((block) => parseCertificate(block.pem, from));
}

function parseCertificate(block: string, from: string): SealingCertificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block);
  } catch (cause) {
    throw errors.CertificateInvalid({ from, reason: (cause as Error).message }, cause);
  }
  const { publicKey, validFrom, validTo } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') {
    throw errors.CertificateInvalid({ from, reason: `its key is ${publicKey.asymmetricKeyType}, and only RSA can seal` });
  }
  const bits = publicKey.asymmetricKeyDetails!.modulusLength!;
  if (bits < SMALLEST_BITS)
    throw errors.CertificateInvalid({ from, reason: `its key has ${bits} bits, and ${SMALLEST_BITS} are the least that is safe at all` });
  const pem = `${certificate.toString().trim()}\n`;
  return { pem, publicKey, fingerprint: fingerprintOf(publicKey), notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}

/** @throws CertificateExpired, as kubeseal refuses one that is over or not yet valid */
export function assertValid({ fingerprint, notBefore, notAfter }: SealingCertificate, from: string, now: Date): void {
  if (now >= notBefore && now <= notAfter) return;
  throw errors.CertificateExpired({ from, fingerprint, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() });
}
