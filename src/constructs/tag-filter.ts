import type { TagPattern } from '../model/image-rule';

/** How to read a regular expression. */
export interface RegexpOptions {
  /**
   * What is ordered in place of the whole tag: a template over the groups of the expression, such as `$ts` of `(?P<ts>[0-9]+)`.
   * @default - the tag
   */
  readonly extract?: string;
}

/** Which tags of a repository take part. */
export class TagFilter {
  /** All tags. */
  public static all(): TagFilter {
    return new TagFilter(undefined);
  }

  /** Tags that match as a whole; `*` stands for any characters: `dev-*`. */
  public static glob(pattern: string): TagFilter {
    return new TagFilter({ glob: pattern });
  }

  /** Tags in which RE2 finds the expression; it has no lookahead, for which there is `excluding`. */
  public static regexp(pattern: string, options: RegexpOptions = {}): TagFilter {
    return new TagFilter({ regexp: pattern }, options.extract);
  }

  /** Tags with this text in them. */
  public static contains(text: string): TagFilter {
    return TagFilter.glob(`*${text}*`);
  }

  private constructor(
    private readonly pattern: TagPattern | undefined,
    private readonly extract?: string,
    private readonly exclusions: readonly TagFilter[] = [],
  ) {}

  /** Tags that this filter takes and none of the others: `TagFilter.all().excluding(TagFilter.contains('tmp'))`. */
  public excluding(...others: TagFilter[]): TagFilter {
    return new TagFilter(this.pattern, this.extract, [...this.exclusions, ...others]);
  }

  /** Fields of a rule. @internal */
  get _rule(): { readonly filter?: TagPattern; readonly extract?: string; readonly exclude?: readonly TagPattern[] } {
    const exclude = this.exclusions.map((other) => other.pattern ?? { glob: '*' });
    return {
      ...(this.pattern && { filter: this.pattern }),
      ...(this.extract !== undefined && { extract: this.extract }),
      ...(exclude.length > 0 && { exclude }),
    };
  }

  /** Whether it could not be one of the exclusions of another: they are patterns alone. @internal */
  get _isCompound(): boolean {
    return this.extract !== undefined || this.exclusions.length > 0;
  }

  /** @internal */
  get _exclusions(): readonly TagFilter[] {
    return this.exclusions;
  }
}
