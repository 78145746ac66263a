import { createHash, type KeyObject } from 'node:crypto';

/** Of an RSA public key, as `ssh-keygen -l` prints it and as sealed-secrets names keys: `SHA256:…`. */
export function fingerprintOf(publicKey: KeyObject): string {
  const { e, n } = publicKey.export({ format: 'jwk' });
  const blob = Buffer.concat([sized(Buffer.from('ssh-rsa')), mpint(e!), mpint(n!)]);
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return sized(bytes[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
