import { sealAddress } from '../../../synth/seal-rules';
import type { SealTarget } from './seal-targets';

/** The command that seals values of a file anew, ready to paste: where each comes from is for people to fill in. */
export function sealAgain({ path, request }: Pick<SealTarget, 'path' | 'request'>, keys: readonly string[]): string {
  const from = keys.map((key) => ` --from-file ${quoted(`${key}=`)}PATH`).join('') || ' --from-file KEY=PATH';
  if (request === undefined) return `fairlead seal --merge-into ${quoted(path)}${from}`;
  return `fairlead seal ${sealAddress(request)}${from}`;
}

function quoted(word: string): string {
  return /^[\w./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
