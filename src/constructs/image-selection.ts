import { quoteMeta } from '../images/glob';
import type { ImageRule } from '../model/image-rule';
import type { TagFilter } from './tag-filter';

/** Which tags to choose from. */
export interface TagOptions {
  /**
   * Tags that take part.
   * @default - all
   */
  readonly tags?: TagFilter;
}

/** How to order tags. */
export interface OrderOptions extends TagOptions {
  /**
   * Whether the last tag in that order wins, or the first.
   * @default TagOrder.ASCENDING
   */
  readonly order?: TagOrder;
}

/** Which end of an order wins. */
export enum TagOrder {
  /** The last: `Z`, the highest number. */
  ASCENDING = 'asc',
  /** The first: `A`, the lowest number. */
  DESCENDING = 'desc',
}

/** Which of a repository's tags to run. */
export class ImageSelection {
  /**
   * The newest image by creation time. Needed for tags that do not sort, such as `dev-<commit>`.
   * @see https://fluxcd.io/legacy/flux/references/automated-image-update/
   */
  public static newest(options: TagOptions = {}): ImageSelection {
    return ImageSelection.ofRule({ order: 'newest' }, options);
  }

  /**
   * The highest version in a range.
   * @param range with the rules of Masterminds/semver: prereleases only where it names one
   */
  public static semver(range: string, options: TagOptions = {}): ImageSelection {
    return ImageSelection.ofRule({ order: 'semver', range }, options);
  }

  /** The last tag of the alphabet. */
  public static alphabetical(options: OrderOptions = {}): ImageSelection {
    return ImageSelection.ofRule({ order: 'alphabetical', ...directionOf(options) }, options);
  }

  /** The highest number. Tags that are none, or of which none is extracted, take no part. */
  public static numerical(options: OrderOptions = {}): ImageSelection {
    return ImageSelection.ofRule({ order: 'numerical', ...directionOf(options) }, options);
  }

  /** One tag, such as `latest`, followed by its digest. */
  public static digest(tag: string): ImageSelection {
    return new ImageSelection({ order: 'alphabetical', filter: { regexp: `^${quoteMeta(tag)}$` } }, undefined, tag);
  }

  /** The version in the lock, which people alone change: `fairlead lock set`. */
  public static pinned(): ImageSelection {
    return new ImageSelection(undefined);
  }

  private static ofRule(rule: ImageRule, { tags }: TagOptions): ImageSelection {
    return new ImageSelection({ ...rule, ...tags?._rule }, tags);
  }

  private constructor(
    private readonly rule: ImageRule | undefined,
    private readonly tags?: TagFilter,
    private readonly followed?: string,
  ) {}

  /** Absent: set by hand. @internal */
  get _rule(): ImageRule | undefined {
    return this.rule;
  }

  /** @internal */
  get _tags(): TagFilter | undefined {
    return this.tags;
  }

  /** The tag whose digest is followed. @internal */
  get _followed(): string | undefined {
    return this.followed;
  }
}

// As the rule says by itself.
function directionOf({ order }: OrderOptions): Pick<ImageRule, 'direction'> {
  return order === TagOrder.DESCENDING ? { direction: order } : {};
}
