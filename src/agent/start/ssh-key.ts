import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';

export interface SshKey {
  /** In OpenSSH's format. */
  readonly identity: string;
  /** As `authorized_keys` and deploy keys take it, without a line end. */
  readonly publicKey: string;
}

const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1');
const TYPE = 'ssh-ed25519';
/** Of ciphers that encrypt nothing. */
const BLOCK = 8;

/**
 * A new ed25519 key without passphrase, as `ssh-keygen -t ed25519` makes it.
 * @param comment tells people where it is from: in no secret place
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function newSshKey(comment: string): SshKey {
  const jwk: JsonWebKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, point] = [jwk.d, jwk.x].map((part) => Buffer.from(part!, 'base64url')) as [Buffer, Buffer];
  const blob = Buffer.concat([text(TYPE), text(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, blob, text(Buffer.concat([seed, point])), text(comment)]);
  const padding = Buffer.from(Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, at) => at + 1));
  const none = text('none');
  const body = Buffer.concat([MAGIC, none, none, text(''), number(1), text(blob), text(Buffer.concat([secret, padding]))]);
  const lines = body.toString('base64').match(/.{1,70}/g)!;
  return {
    identity: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${TYPE} ${blob.toString('base64')} ${comment}`,
  };
}

/** With its length before it. */
function text(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
