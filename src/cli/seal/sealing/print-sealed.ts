import { parse } from 'yaml';
import { printSealedFile, type SealedFile } from '../../../seal/sealed-file';

export type SealedFormat = 'json' | 'yaml';

/** What the name of a file says of its format; undefined where it says nothing. */
export function formatOf(path: string): SealedFormat | undefined {
  if (/\.json$/i.test(path)) return 'json';
  return /\.ya?ml$/i.test(path) ? 'yaml' : undefined;
}

export function printSealed(file: SealedFile, format: SealedFormat): string {
  const yaml = printSealedFile(file);
  return format === 'yaml' ? yaml : `${JSON.stringify(parse(yaml), null, 2)}\n`;
}
