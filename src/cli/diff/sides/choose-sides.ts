/** What is compared, as somebody asked for it. */
export type Sides =
  /** A commit with the working tree. */
  | { readonly kind: 'working'; readonly ref: string; readonly fromBase: boolean }
  /** Two commits. */
  | { readonly kind: 'commits'; readonly before: string; readonly after: string; readonly fromBase: boolean };

/** `ref`, `a..b` or `a...b`, as git diff reads them: what is left out is HEAD, and three dots mean since both were one. */
export function chooseSides(argument = 'HEAD', mergeBase = false): Sides {
  const range = /^(.*?)(\.{2,3})(.*)$/.exec(argument);
  if (range === null) return { kind: 'working', ref: argument, fromBase: mergeBase };
  const [, before, dots, after] = range;
  return { kind: 'commits', before: before || 'HEAD', after: after || 'HEAD', fromBase: mergeBase || dots === '...' };
}
