import { constants, createCipheriv, createDecipheriv, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';

/**
 * A sealed value, taken apart: the session key, sealed for one RSA key, and the value, sealed with the session key.
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
export interface SealedValue {
  readonly sessionKey: Buffer;
  /** Ciphertext and tag. */
  readonly body: Buffer;
}

const LENGTH_BYTES = 2;
const SESSION_KEY_BYTES = 32;
const TAG_BYTES = 16;
/** The session key is used once, so upstream takes the same nonce each time. */
const NONCE = Buffer.alloc(12);
/** Go's StdEncoding: padded, and line ends are the only thing it skips. Groups of four would overflow the stack of a value of some megabytes. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Undefined where the text is no base64 as the controller reads it, or too short for what it says it holds. */
export function parseSealedValue(text: string): SealedValue | undefined {
  const packed = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  if (packed.length % 4 !== 0 || !BASE64.test(packed)) return undefined;
  const bytes = Buffer.from(packed, 'base64');
  if (bytes.length < LENGTH_BYTES) return undefined;
  const body = LENGTH_BYTES + bytes.readUInt16BE(0);
  if (bytes.length < body + TAG_BYTES) return undefined;
  return { sessionKey: bytes.subarray(LENGTH_BYTES, body), body: bytes.subarray(body) };
}

/** Seals a value for whoever has the private key. No two calls give the same text. */
export function sealValue(value: Buffer, publicKey: KeyObject, label: Buffer): string {
  const sessionKey = randomBytes(SESSION_KEY_BYTES);
  const sealedKey = publicEncrypt({ key: publicKey, ...OAEP, oaepLabel: label }, sessionKey);
  const cipher = createCipheriv('aes-256-gcm', sessionKey, NONCE);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(sealedKey.length);
  return Buffer.concat([length, sealedKey, cipher.update(value), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Undefined where it was sealed for another key or label, or altered. */
export function openValue(value: SealedValue, privateKey: KeyObject, label: Buffer): Buffer | undefined {
  try {
    return openBody(value, privateDecrypt({ key: privateKey, ...OAEP, oaepLabel: label }, value.sessionKey));
  } catch {
    return undefined;
  }
}

/** The second half, for who has opened the session key. Undefined where that is none of this value, or it was altered. */
export function openBody({ body }: SealedValue, sessionKey: Uint8Array): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', sessionKey, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** How session keys are sealed, in the words of node:crypto; the label comes beside it. */
export const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;
