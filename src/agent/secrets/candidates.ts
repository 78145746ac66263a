import type { KeyObject } from 'node:crypto';
import type { SealedValue } from '../../seal/sealed-value';
import type { SealingKey } from '../../seal/sealing-key';

/**
 * Keys that may open a value, the likeliest first: those hinted at in the order of the hints, then the newest. Left out without a try: what was
 * tried in vain, and what cannot have sealed it, for a session key is sealed as a number of its modulus' length that is below the modulus.
 * @param hints fingerprints
 */
export function candidates(
  { sessionKey }: SealedValue,
  newestFirst: readonly SealingKey[],
  hints: readonly (string | undefined)[],
  failed: ReadonlySet<string>,
): readonly SealingKey[] {
  const rank = ({ fingerprint }: SealingKey) => (hints.includes(fingerprint) ? hints.indexOf(fingerprint) : hints.length);
  return newestFirst
    .filter(({ fingerprint, publicKey }) => !failed.has(fingerprint) && isBelow(sessionKey, modulusOf(publicKey)))
    .sort((a, b) => rank(a) - rank(b));
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
