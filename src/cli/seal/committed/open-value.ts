import type { KeyObject } from 'node:crypto';
import { labelFor } from '../../../seal/scope';
import type { SealedFile } from '../../../seal/sealed-file';
import { openValue, parseSealedValue } from '../../../seal/sealed-value';

/** Opens one value of a file with whichever key fits. Undefined where none does, or it was altered. */
export function openOne({ encryptedData, scope, namespace, name }: SealedFile, key: string, keys: readonly KeyObject[]): Buffer | undefined {
  const sealed = parseSealedValue(encryptedData[key]!);
  if (sealed === undefined) return undefined;
  const label = labelFor(scope, namespace, name);
  for (const candidate of keys) {
    const value = openValue(sealed, candidate, label);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Keys of a file whose value is not even a sealed value: nobody can open those. */
export function alteredKeys({ encryptedData }: Pick<SealedFile, 'encryptedData'>): string[] {
  return Object.keys(encryptedData).filter((key) => parseSealedValue(encryptedData[key]!) === undefined);
}
