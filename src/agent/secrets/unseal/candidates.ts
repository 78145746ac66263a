import type { KeyObject } from 'node:crypto';
import type { SealingKey } from '../../../seal/sealing-key';

export interface SealedFor {
  /** The sealed session key: a number as long as the modulus of its key, and below it. */
  readonly number: Buffer;
  /** The largest such number among values that were likely sealed together. */
  readonly largest: Buffer;
  /** Fingerprints of keys to try first, in this order. */
  readonly hints: readonly (string | undefined)[];
  /** Fingerprints of keys that were tried in vain. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Keys that may have sealed a value, the likeliest first: those hinted at, the newest, then those that may have sealed its siblings too. A sealed
 * number may be any below the modulus, so of these the smallest modulus is the likeliest. What cannot have sealed it takes no try.
 */
export function candidates(newestFirst: readonly SealingKey[], { number, largest, hints, failed }: SealedFor): readonly SealingKey[] {
  const [newest] = newestFirst;
  const order = [...hints, newest?.fingerprint];
  const rank = ({ fingerprint, publicKey }: SealingKey) => {
    if (order.includes(fingerprint)) return order.indexOf(fingerprint);
    return isBelow(largest, modulusOf(publicKey)) ? order.length : order.length + 1;
  };
  return newestFirst
    .filter(({ fingerprint, publicKey }) => !failed.has(fingerprint) && isBelow(number, modulusOf(publicKey)))
    .map((key) => ({ key, rank: rank(key) }))
    .sort((a, b) => a.rank - b.rank || modulusOf(a.key.publicKey).compare(modulusOf(b.key.publicKey)))
    .map(({ key }) => key);
}

function isBelow(number: Buffer, modulus: Buffer): boolean {
  return number.length === modulus.length && number.compare(modulus) < 0;
}

const moduli = new WeakMap<KeyObject, Buffer>();

function modulusOf(publicKey: KeyObject): Buffer {
  const known = moduli.get(publicKey);
  if (known !== undefined) return known;
  const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url');
  moduli.set(publicKey, modulus);
  return modulus;
}
