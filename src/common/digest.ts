import { hash } from 'node:crypto';

/** Digest of a content, as OCI and Flux write it: `sha256:<hex>`. @param algorithm sha256 or sha512 */
export function digestOf(content: string | Buffer, algorithm = 'sha256'): string {
  return `${algorithm}:${hash(algorithm, content, 'hex')}`;
}

/** Whether a text is a SHA-256 digest, and nothing else. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
