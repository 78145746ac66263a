import { VersionRange } from '../common/version-range';
import type { ImageRule, TagPattern } from '../model/image-rule';
import { isProblem, type RuleProblem } from './problem';
import { compilePattern, describePattern, type TagMatcher } from './tag-pattern';

export interface CompiledRule {
  readonly rule: ImageRule;
  readonly filter?: TagMatcher;
  /** What is ordered in place of a tag. Undefined for tags that the filter has not. */
  readonly key?: (tag: string) => string | undefined;
  readonly exclude: readonly { readonly words: string; readonly matcher: TagMatcher }[];
  /** Of `semver`. */
  readonly range?: VersionRange;
  /** Same for rules that take the same tags and order them by the same keys. */
  readonly selection: string;
}

const ORDERS: readonly unknown[] = ['newest', 'semver', 'alphabetical', 'numerical'];
// More than one agent has policies; past it all are compiled anew.
const KEPT = 5000;
const kept = new Map<string, CompiledRule | RuleProblem>();

/** A rule ready for use; the same rule is compiled once. */
export function compileRule(rule: ImageRule): CompiledRule | RuleProblem {
  const text = JSON.stringify(rule);
  const known = kept.get(text);
  if (known) return known;
  if (kept.size >= KEPT) kept.clear();
  const compiled = compile(rule);
  kept.set(text, compiled);
  return compiled;
}

function compile(rule: ImageRule): CompiledRule | RuleProblem {
  const { order, range: text, direction, filter: wanted, extract, exclude = [] } = rule;
  if (!ORDERS.includes(order)) return { problem: `'${order}' is no order of tags: newest, semver, alphabetical or numerical` };
  if (direction !== undefined && direction !== 'asc' && direction !== 'desc') return { problem: `'${direction}' is no direction: asc or desc` };

  const range = text === undefined ? undefined : VersionRange.parse(text);
  if (order === 'semver' && range === undefined)
    return { problem: text === undefined ? 'semver needs a range' : `'${text}' is no range of versions` };

  const filter = wanted && compilePattern(wanted);
  if (filter && isProblem(filter)) return filter;
  if (extract && wanted?.regexp === undefined) return { problem: `extract '${extract}' needs a regexp with groups as filter` };

  const matchers: { words: string; matcher: TagMatcher }[] = [];
  for (const pattern of exclude) {
    const matcher = compilePattern(pattern);
    if (isProblem(matcher)) return matcher;
    matchers.push({ words: describePattern(pattern), matcher });
  }
  // Creation time is the image's, whatever is cut from its tag.
  const key = filter && extract && order !== 'newest' ? filter.extract(extract) : undefined;
  return {
    rule,
    ...(filter && { filter }),
    ...(key && { key }),
    exclude: matchers,
    ...(range && { range }),
    selection: selectionOf(wanted, key && extract, exclude),
  };
}

function selectionOf(filter: TagPattern | undefined, extract: string | undefined, exclude: readonly TagPattern[]): string {
  return JSON.stringify([filter, extract, exclude]);
}
