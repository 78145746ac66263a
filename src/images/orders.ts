import { compareBytes } from './byte-order';
import type { CompiledRule } from './compiled-rule';
import { parseGoFloat } from './go-float';
import { type Skipped, skipped } from './skipped';
import type { Known } from './tag-facts';
import type { Keyed, TagList } from './tag-list';

/** How the tags that take part compare. */
export interface Ordered {
  /** The tags that come first; several where the order takes them for equal. */
  readonly best: readonly string[];
  /** How many took part. */
  readonly matching: number;
  readonly skipped: readonly Skipped[];
  /** Tags that must be looked at before any is chosen. */
  readonly needed: readonly string[];
}

/** Orders tags by a rule. */
export function ordered(rule: CompiledRule, list: TagList, tags: readonly Keyed[], known: Known): Ordered {
  switch (rule.rule.order) {
    case 'newest':
      return newest(tags, known);
    case 'semver':
      return semver(rule, list, tags);
    case 'alphabetical':
      return { ...first(tags, ({ key }) => key, directed(rule, compareBytes)), skipped: [], needed: [] };
    case 'numerical':
      return numerical(rule, tags);
  }
}

/** Tags of one image are equal, whatever was learnt of each. */
function newest(tags: readonly Keyed[], known: Known): Ordered {
  const needed: string[] = [];
  const undated: string[] = [];
  const digests = new Map<Keyed, string>();
  const times = new Map<string, number>();
  for (const keyed of tags) {
    const facts = known(keyed.tag);
    if (!facts) needed.push(keyed.tag);
    else digests.set(keyed, facts.digest);
    if (facts?.created) times.set(facts.digest, Math.max(times.get(facts.digest) ?? -Infinity, facts.created.getTime()));
  }
  if (needed.length > 0) return { best: [], matching: tags.length, skipped: [], needed };
  const found = first(
    tags,
    (keyed) => {
      const time = times.get(digests.get(keyed)!);
      if (time === undefined) undated.push(keyed.tag);
      return time;
    },
    compareNumbers,
  );
  return { ...found, skipped: skipped('without creation time', undated), needed };
}

/** As in Flux, complete versions alone. */
function semver({ range }: CompiledRule, list: TagList, tags: readonly Keyed[]): Ordered {
  const strange: string[] = [];
  const found = first(
    tags,
    ({ tag, key }) => {
      const version = list.version(key);
      if (!version) strange.push(tag);
      return version && range!.includes(version) ? version : undefined;
    },
    (a, b) => a.compare(b),
  );
  return { ...found, skipped: skipped('no semantic version', strange), needed: [] };
}

/** Numbers are Go's. What is none is left out, where Flux gives up on the whole policy. */
function numerical(rule: CompiledRule, tags: readonly Keyed[]): Ordered {
  const strange: string[] = [];
  const found = first(
    tags,
    ({ tag, key }) => {
      const number = parseGoFloat(key);
      if (number === undefined) strange.push(tag);
      return number;
    },
    directed(rule, compareNumbers),
  );
  return { ...found, skipped: skipped('no number', strange), needed: [] };
}

function directed<T>({ rule }: CompiledRule, compare: (a: T, b: T) => number): (a: T, b: T) => number {
  return rule.direction === 'desc' ? (a, b) => compare(b, a) : compare;
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The tags of the highest rank. Those without one take no part. */
function first<T>(
  tags: readonly Keyed[],
  rankOf: (keyed: Keyed) => T | undefined,
  compare: (a: T, b: T) => number,
): Pick<Ordered, 'best' | 'matching'> {
  let best: string[] = [];
  let highest: T | undefined;
  let matching = 0;
  for (const keyed of tags) {
    const rank = rankOf(keyed);
    if (rank === undefined) continue;
    matching++;
    const order = highest === undefined ? 1 : compare(rank, highest);
    if (order > 0) [best, highest] = [[keyed.tag], rank];
    else if (order === 0) best.push(keyed.tag);
  }
  return { best, matching };
}
