import type { ImageRule } from '../model/image-rule';
import { type CompiledRule, compileRule } from './compiled-rule';
import { type Ordered, ordered } from './orders';
import { isProblem, type RuleProblem } from './problem';
import { describeSkipped, type Skipped, skipped } from './skipped';
import type { Known } from './tag-facts';
import { TagList } from './tag-list';
import { byPreference } from './ties';

/** What a rule makes of the tags of a repository. */
export interface Choice {
  /** Undefined where none matches, or where some must be looked at first. */
  readonly tag?: string;
  /** One sentence, without full stop: `6.7.1 is the highest version in '6.x', of 12 among 40 tags`. */
  readonly why: string;
  /** How many tags there are. */
  readonly tags: number;
  /** How many of them take part. */
  readonly matching: number;
  /** Those that match but take no part. */
  readonly skipped: readonly Skipped[];
  /** Tags to look at before any can be chosen: those of `newest` that `known` does not know. */
  readonly needed: readonly string[];
}

/**
 * Which of a repository's tags a rule takes. The same tags give the same choice in whatever order they come. Asking for all rules of a
 * repository in a row, with the same array, reads each tag once; an array given here must not change afterwards.
 */
export function choose(rule: ImageRule, tags: readonly string[], known: Known): Choice | RuleProblem {
  const compiled = compileRule(rule);
  if (isProblem(compiled)) return compiled;
  const list = TagList.of(tags);
  const { taken, excluded } = list.select(compiled);
  const order = ordered(compiled, list, taken, known);
  const left = [...[...excluded].flatMap(([words, refused]) => skipped(`excluded: ${words}`, refused)), ...order.skipped];
  const [tag, ...others] = [...order.best].sort(byPreference(known));
  return {
    ...(tag !== undefined && { tag }),
    why: why(compiled, order, tags.length, left, tag, others),
    tags: tags.length,
    matching: order.matching,
    skipped: left,
    needed: order.needed,
  };
}

function why(
  compiled: CompiledRule,
  { matching, needed }: Ordered,
  count: number,
  left: readonly Skipped[],
  tag: string | undefined,
  ties: string[],
) {
  if (count === 0) return 'there are no tags';
  if (needed.length > 0) return `${needed.length} of ${count} tags must be looked at first`;
  const aside = left.length === 0 ? '' : `; left out: ${describeSkipped(left)}`;
  if (tag === undefined) return `none of ${count} tags ${matches(compiled)}${aside}`;
  const tied =
    ties.length === 0
      ? ''
      : `, before ${ties.slice(0, 3).join(', ')}${ties.length > 3 ? ', ...' : ''} which tie${ties.length > 1 ? '' : 's'} with it`;
  return `${tag} ${superlative(compiled)}, of ${matching} among ${count} tags${tied}${aside}`;
}

function matches({ rule }: CompiledRule): string {
  return rule.order === 'semver' ? `is a version in '${rule.range}'` : 'matches';
}

function superlative({ rule: { order, range, direction, extract } }: CompiledRule): string {
  const by = extract && order !== 'newest' ? ` by '${extract}'` : '';
  switch (order) {
    case 'newest':
      return 'was built last';
    case 'semver':
      return `is the highest version in '${range}'${by}`;
    case 'alphabetical':
      return `is the ${direction === 'desc' ? 'first' : 'last'} in the alphabet${by}`;
    case 'numerical':
      return `is the ${direction === 'desc' ? 'smallest' : 'greatest'} number${by}`;
  }
}
