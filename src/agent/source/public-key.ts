const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/;
const MAGIC = 'openssh-key-v1\0';

/** The public key beside a private one in OpenSSH's format, which says it even where a passphrase locks it. Undefined for other formats. */
export function publicKeyOf(identity: string): string | undefined {
  const body = OPENSSH.exec(identity)?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return undefined;
  try {
    // Cipher, key derivation and its options come first, then how many keys there are.
    let at = MAGIC.length;
    for (let skipped = 0; skipped < 3; skipped++) at += 4 + bytes.readUInt32BE(at);
    const start = at + 8;
    const blob = bytes.subarray(start, start + bytes.readUInt32BE(at + 4));
    const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
    return `${type} ${blob.toString('base64')}`;
  } catch {
    return undefined;
  }
}
