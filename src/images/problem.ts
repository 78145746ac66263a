import type { TagPattern } from '../model/image-rule';

/** Why a rule or pattern cannot be used. */
export interface RuleProblem {
  /** What is wrong, with the text that is. */
  readonly problem: string;

  /**
   * What says the same without lookahead.
   * @default - nothing comes to mind
   */
  readonly instead?: Instead;
}

/** A filter and exclusions that together say what a pattern with lookahead meant. */
export interface Instead {
  /** @default - all tags */
  readonly filter?: TagPattern;
  readonly exclude: readonly TagPattern[];
}

export function isProblem<T extends object>(result: T | RuleProblem): result is RuleProblem {
  return 'problem' in result;
}
