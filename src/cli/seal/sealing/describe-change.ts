import type { SealedFile } from '../../../seal/sealed-file';
import type { SealRequest } from '../../../synth/seal-request';

/** What happens to a sealed file, key by key. Values are no part of it. */
export function describeChange(
  { file, keys = [] }: SealRequest,
  before: SealedFile | undefined,
  values: Iterable<string>,
  remove: readonly string[],
  fingerprint: string,
): string {
  const has = Object.keys(before?.encryptedData ?? {});
  const given = [...values];
  const kept = has.filter((key) => !given.includes(key) && !remove.includes(key));
  const lines = [
    ['added', given.filter((key) => !has.includes(key))],
    ['replaced', given.filter((key) => has.includes(key))],
    ['removed', remove],
    ['kept', kept],
    ['missing', keys.filter((key) => !given.includes(key) && !kept.includes(key))],
  ] as const;
  const shown = lines.filter(([, names]) => names.length > 0).map(([what, names]) => `  ${what.padEnd(8)} ${[...names].sort().join(', ')}\n`);
  return `${file}, for ${fingerprint}\n${shown.join('')}`;
}
