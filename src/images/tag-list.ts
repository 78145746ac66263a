import type { Version } from '../common/version';
import { parseVersion } from '../common/version-range';
import type { CompiledRule } from './compiled-rule';

/** A tag and what it is ordered by. */
export interface Keyed {
  readonly tag: string;
  readonly key: string;
}

const RECENT = 8;

/** Tags that a rule leaves in, and those it excludes although its filter matches. */
export interface Selection {
  readonly taken: readonly Keyed[];
  readonly excluded: ReadonlyMap<string, readonly string[]>;
}

/**
 * What the policies of one repository share: each tag is matched and read once, however many look at it. Kept for the few arrays asked for
 * last, since what is read of hundreds of repositories takes more memory than it saves time.
 */
export class TagList {
  /** The one asked for last comes last. */
  private static readonly recent = new Map<readonly string[], TagList>();
  private readonly selections = new Map<string, Selection>();
  private readonly versions = new Map<string, Version | undefined>();

  /** The same for the same array, if it was asked for not long ago. */
  static of(tags: readonly string[]): TagList {
    const list = TagList.recent.get(tags) ?? new TagList(tags);
    TagList.recent.delete(tags);
    TagList.recent.set(tags, list);
    for (const oldest of TagList.recent.keys()) {
      if (TagList.recent.size <= RECENT) break;
      TagList.recent.delete(oldest);
    }
    return list;
  }

  private constructor(private readonly tags: readonly string[]) {}

  select(rule: CompiledRule): Selection {
    const known = this.selections.get(rule.selection);
    if (known) return known;
    const selection = select(rule, this.tags);
    this.selections.set(rule.selection, selection);
    return selection;
  }

  /** Undefined for what is no version. */
  version(key: string): Version | undefined {
    const known = this.versions.get(key);
    if (known || this.versions.has(key)) return known;
    const version = parseVersion(key);
    this.versions.set(key, version);
    return version;
  }
}

function select({ filter, key, exclude }: CompiledRule, tags: readonly string[]): Selection {
  const taken: Keyed[] = [];
  const excluded = new Map<string, string[]>();
  for (const tag of new Set(tags)) {
    const found = key ? key(tag) : !filter || filter.matches(tag) ? tag : undefined;
    if (found === undefined) continue;
    const refusing = exclude.find(({ matcher }) => matcher.matches(tag));
    if (!refusing) taken.push({ tag, key: found });
    else if (excluded.get(refusing.words)?.push(tag) === undefined) excluded.set(refusing.words, [tag]);
  }
  return { taken, excluded };
}
