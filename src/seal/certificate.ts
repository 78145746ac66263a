import { type KeyObject, X509Certificate } from 'node:crypto';
import { errors } from '../common/errors';
import { fingerprintOf } from './fingerprint';

/** A certificate that values are sealed with. Public. */
export interface SealingCertificate {
  readonly pem: string;
  readonly publicKey: KeyObject;
  /** Of its key, `SHA256:…`. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Certificates of a PEM file in their order; the first is the one to seal with, later ones are older keys of the same cluster.
 * @param from names the file in messages
 * @throws CertificateInvalid where there is none, one cannot be read or is for no RSA key
 */
export function parseCertificates(pem: string, from: string): readonly SealingCertificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) throw errors.CertificateInvalid({ from, reason: 'there is no -----BEGIN CERTIFICATE----- in it' });
  return blocks.map((block) => parseCertificate(block, from));
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
  const pem = `${certificate.toString().trim()}\n`;
  return { pem, publicKey, fingerprint: fingerprintOf(publicKey), notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}

/** @throws CertificateExpired, as kubeseal refuses one that is over or not yet valid */
export function assertValid({ fingerprint, notBefore, notAfter }: SealingCertificate, from: string, now: Date): void {
  if (now >= notBefore && now <= notAfter) return;
  throw errors.CertificateExpired({ from, fingerprint, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() });
}
