/**
 * Which of a repository's tags (or a chart's versions) to run. It is what annotation `fairlead.dev/image-rule` holds as JSON,
 * and what the fields of a Flux ImagePolicy come down to.
 */
export interface ImageRule {
  /** `newest`: by creation time of the image. */
  readonly order: 'newest' | 'semver' | 'alphabetical' | 'numerical';

  /** Of `semver`, with the rules of Masterminds/semver. */
  readonly range?: string;

  /**
   * Of `alphabetical` and `numerical`: `asc` takes the last, `desc` the first.
   * @default 'asc'
   */
  readonly direction?: 'asc' | 'desc';

  /**
   * Tags that take part.
   * @default - all
   */
  readonly filter?: TagPattern;

  /**
   * Template over the groups of `filter.regexp`, such as `$ts`: what is ordered in place of the tag.
   * @default - the tag itself
   */
  readonly extract?: string;

  /**
   * Tags that take no part, whatever the filter says.
   * @default - none
   */
  readonly exclude?: readonly TagPattern[];
}

/** One of these. */
export interface TagPattern {
  /** `*` stands for any characters; everything else for itself, as in Flux v1. */
  readonly glob?: string;
  /** RE2, found anywhere in the tag. */
  readonly regexp?: string;
}
