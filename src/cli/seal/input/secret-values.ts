import { errors } from '../../../common/errors';
import { isSecretKey } from '../../../seal/sealed-file';

/** A value with the option it came by, for messages. */
export interface SecretValue {
  readonly value: Buffer;
  readonly from: string;
}

export type SecretValues = ReadonlyMap<string, SecretValue>;

/** Of all values of a Secret together, as the API server counts them. */
export const MOST_BYTES = 2 ** 20;

/**
 * One map of values that came by several ways.
 * @throws SealKeyInvalid, SealKeyTwice
 */
export function valuesOf(pairs: Iterable<readonly [string, SecretValue]>): SecretValues {
  const values = new Map<string, SecretValue>();
  for (const [key, value] of pairs) {
    assertKey(key, value.from);
    const before = values.get(key);
    if (before !== undefined) throw errors.SealKeyTwice({ key, first: before.from, second: value.from });
    values.set(key, value);
  }
  return values;
}

/** As Kubernetes refuses keys. What is no key may be part of a value, so it is not shown. */
function assertKey(key: string, from: string): void {
  if (!isSecretKey(key)) throw errors.SealKeyInvalid({ from });
}

/**
 * Whether a Secret can hold values of these sizes.
 * @throws SecretTooLarge with the keys that are large
 */
export function assertSize(secret: string, bytes: ReadonlyMap<string, number>): void {
  const size = [...bytes.values()].reduce((sum, one) => sum + one, 0);
  if (size <= MOST_BYTES) return;
  const largest = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 3);
  throw errors.SecretTooLarge({ secret, size, limit: MOST_BYTES, largest: largest.map(([key, one]) => `${key} ${one}`).join(', ') });
}
