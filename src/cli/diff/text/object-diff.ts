import type { ObjectChange } from '../types';
import { diffLines, type Hunk } from './diff-lines';
import { type Masking, maskPair } from './mask-pair';
import { printLines } from './print-lines';

/** How an object's YAML changes, with what is secret masked. None where it only moved. */
export function objectDiff({ before, after }: Pick<ObjectChange, 'before' | 'after'>, words: Masking): Hunk[] {
  const [old, now] = maskPair(before, after, words);
  return diffLines(old === undefined ? [] : printLines(old), now === undefined ? [] : printLines(now));
}
