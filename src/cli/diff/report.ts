import type { Reach } from './reach';
import type { Hunk } from './text/diff-lines';
import type { ChangeKind, Finding, ObjectChange } from './types';

/** A change as it may be shown: nothing secret is in it. */
export interface ShownChange extends Omit<ObjectChange, 'before' | 'after'> {
  readonly hunks: readonly Hunk[];
}

/** All a diff has to say. */
export interface Report {
  /** What is compared, in words. */
  readonly before: string;
  readonly after: string;
  /** When clusters take it; not where two of them are compared. */
  readonly reach?: Reach;
  readonly findings: readonly Finding[];
  readonly changes: readonly ShownChange[];
  /** What changes are called where `added` and `removed` say something else. */
  readonly words?: { readonly [change in ChangeKind]?: string };
  /** Whether anything does; undefined where nothing is seen to, and not everything could be. */
  readonly isDifferent: boolean | undefined;
}

/** 0 the same, 1 different, 2 not known. */
export function exitCodeOf({ isDifferent }: Report): 0 | 1 | 2 {
  return isDifferent === undefined ? 2 : isDifferent ? 1 : 0;
}
