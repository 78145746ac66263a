import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { errors } from '../common/errors';
import { armor, unarmor } from './armor';

export { isArmored as isBackup } from './armor';

const VERSION = 'age-encryption.org/v1';

const CIPHER = 'chacha20-poly1305';
const FILE_KEY_BYTES = 16;
const SALT_BYTES = 16;
const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const CHUNK_BYTES = 64 * 1024;

/** 2^18 rounds: about a second and 256 MiB, as `age -p` takes. */
const LOG_N = 18;
/** More is refused, as age does: a crafted file could ask for any amount of memory. */
const MAX_LOG_N = 22;
const BLOCK = 8;

const derive: (passphrase: string, salt: Buffer, length: number, options: object) => Promise<Buffer> = promisify(scrypt);

/**
 * Encrypts a text with a passphrase: an armored age file, which `age -d` opens too.
 * @param logN 2 to its power is the work each guess of the passphrase takes
 * @see https://age-encryption.org/v1
 */
export async function encryptBackup(text: string, passphrase: string, logN: number = LOG_N): Promise<string> {
  if (passphrase === '') throw errors.BackupInvalid({ reason: 'an empty passphrase protects nothing' });
  const fileKey = randomBytes(FILE_KEY_BYTES);
  const salt = randomBytes(SALT_BYTES);
  const wrapped = encrypt(await wrappingKey(passphrase, salt, logN), Buffer.alloc(12), fileKey);
  const signed = `${VERSION}\n-> scrypt ${unpadded(salt)} ${logN}\n${unpadded(wrapped)}\n---`;
  const nonce = randomBytes(NONCE_BYTES);
  const payload = encryptPayload(subkey(fileKey, nonce, 'payload'), Buffer.from(text));
  return armor(Buffer.concat([Buffer.from(`${signed} ${unpadded(macOf(fileKey, signed))}\n`), nonce, payload]));
}

/**
 * The text of an armored age file with a passphrase.
 * @throws BackupNotOpened for another passphrase
 * @throws BackupInvalid where it was cut, altered, or is none
 */
export async function decryptBackup(text: string, passphrase: string): Promise<string> {
  const bytes = unarmor(text);
  const { salt, logN, wrapped, signed, mac, payload } = parseHeader(bytes);
  const fileKey = decrypt(await wrappingKey(passphrase, salt, logN), Buffer.alloc(12), wrapped);
  if (fileKey === undefined) throw errors.BackupNotOpened();
  if (!timingSafeEqual(macOf(fileKey, signed), mac)) throw invalid('its header was altered');
  if (payload.length < NONCE_BYTES) throw invalid('it is cut off');
  return decryptPayload(subkey(fileKey, payload.subarray(0, NONCE_BYTES), 'payload'), payload.subarray(NONCE_BYTES)).toString();
}

interface Header {
  readonly salt: Buffer;
  readonly logN: number;
  readonly wrapped: Buffer;
  /** What the MAC is of. */
  readonly signed: string;
  readonly mac: Buffer;
  readonly payload: Buffer;
}

const HEADER = /^age-encryption\.org\/v1\n-> scrypt (\S+) (\d+)\n([^\n]+)\n--- ([^\n]+)\n/;

function parseHeader(bytes: Buffer): Header {
  const start = bytes.subarray(0, 512).toString('latin1');
  if (!start.startsWith(`${VERSION}\n`)) throw invalid('it is no age file of version 1');
  if (!start.startsWith(`${VERSION}\n-> scrypt `)) throw invalid('it is encrypted for the holders of keys, and not with a passphrase');
  const [whole, salt64, work, wrapped64, mac64] = HEADER.exec(start) ?? [];
  const salt = fromUnpadded(salt64, SALT_BYTES);
  const wrapped = fromUnpadded(wrapped64, FILE_KEY_BYTES + TAG_BYTES);
  const mac = fromUnpadded(mac64, 32);
  if (whole === undefined || !/^[1-9]\d*$/.test(work!) || !salt || !wrapped || !mac) throw invalid('its header is cut off or altered');
  const logN = Number(work);
  if (logN > MAX_LOG_N) throw invalid(`it asks for 2^${work} rounds of scrypt, and more than 2^${MAX_LOG_N} are never needed`);
  const signed = whole.slice(0, whole.lastIndexOf(' '));
  return { salt, logN, wrapped, signed, mac, payload: bytes.subarray(whole.length) };
}

async function wrappingKey(passphrase: string, salt: Buffer, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  try {
    return await derive(passphrase, Buffer.concat([Buffer.from(`${VERSION}/scrypt`), salt]), 32, {
      N,
      r: BLOCK,
      p: 1,
      maxmem: 128 * BLOCK * (N + 4),
    });
  } catch (cause) {
    throw errors.BackupInvalid({ reason: `2^${logN} rounds of scrypt need ${Math.ceil(N / 2 ** 10)} MiB of memory` }, cause);
  }
}

function macOf(fileKey: Buffer, signed: string): Buffer {
  return createHmac('sha256', subkey(fileKey, Buffer.alloc(0), 'header'))
    .update(signed)
    .digest();
}

function subkey(fileKey: Buffer, salt: Buffer, purpose: 'header' | 'payload'): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, salt, purpose, 32));
}

function encryptPayload(key: Buffer, plain: Buffer): Buffer {
  const last = Math.max(0, Math.ceil(plain.length / CHUNK_BYTES) - 1);
  const chunks = Array.from({ length: last + 1 }, (_, index) =>
    encrypt(key, chunkNonce(index, index === last), plain.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
  );
  return Buffer.concat(chunks);
}

function decryptPayload(key: Buffer, payload: Buffer): Buffer {
  const size = CHUNK_BYTES + TAG_BYTES;
  const last = Math.max(0, Math.ceil(payload.length / size) - 1);
  const chunks = Array.from({ length: last + 1 }, (_, index) => {
    const chunk = decrypt(key, chunkNonce(index, index === last), payload.subarray(index * size, (index + 1) * size));
    if (chunk === undefined) throw invalid('its content is cut off or altered');
    if (chunk.length === 0 && index > 0) throw invalid('its content ends with nothing, which age never writes');
    return chunk;
  });
  return Buffer.concat(chunks);
}

/** Eleven bytes of counter, and one that marks the last chunk, so that none can be cut off. */
function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function encrypt(key: Buffer, nonce: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function fromUnpadded(text: string | undefined, length: number): Buffer | undefined {
  const bytes = Buffer.from(text ?? '', 'base64');
  return bytes.length === length && unpadded(bytes) === text ? bytes : undefined;
}

function invalid(reason: string): Error {
  return errors.BackupInvalid({ reason });
}
