import type { SealingCertificate } from '../seal/certificate';
import { parseSealedValue } from '../seal/sealed-value';

// OAEP with SHA-256 needs more than 65 bytes, and nobody reads moduli beyond 16384 bits.
const MIN_RSA_BYTES = 128;
const MAX_RSA_BYTES = 2048;

/**
 * Why a text cannot be a sealed value; undefined where it can.
 * @param certificate what it was sealed with, where that is known
 */
export function valueFault(text: string, certificate: SealingCertificate | undefined): string | undefined {
  const value = parseSealedValue(text);
  if (!value) return /^[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*$/.test(text) ? 'it is cut off' : 'it is no base64, or has spaces in it';
  const bytes = value.sessionKey.length;
  const wanted = certificate && Math.ceil(certificate.publicKey.asymmetricKeyDetails!.modulusLength! / 8);
  if (wanted !== undefined && bytes !== wanted) return `its session key has ${bytes} bytes, and the key it was sealed with makes ${wanted}`;
  return bytes < MIN_RSA_BYTES || bytes > MAX_RSA_BYTES ? `its session key has ${bytes} bytes, which no RSA key makes` : undefined;
}
