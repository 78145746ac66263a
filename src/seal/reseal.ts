import type { KeyObject } from 'node:crypto';
import { openValue, type SealedValue, sealValue } from './sealed-value';

/**
 * Seals a value anew for another key. The label is that of the value as it is: nothing can be moved to another name, namespace or scope on the way.
 * Undefined where none of the keys opens it.
 * @param keys likeliest first
 * @see https://github.com/advisories/GHSA-465p-v42x-3fmj
 */
export function reseal(value: SealedValue, keys: readonly KeyObject[], to: KeyObject, label: Buffer): string | undefined {
  for (const key of keys) {
    const opened = openValue(value, key, label);
    if (opened === undefined) continue;
    try {
      return sealValue(opened, to, label);
    } finally {
      opened.fill(0);
    }
  }
  return undefined;
}
