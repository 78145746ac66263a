/** Tags that take no part, for one reason. */
export interface Skipped {
  /** `no semantic version`, `excluded: contains tmp`. */
  readonly reason: string;
  readonly count: number;
  /** The first few, in the order of their bytes. */
  readonly first: readonly string[];
}

const FEW = 3;

export function skipped(reason: string, tags: readonly string[]): Skipped[] {
  return tags.length === 0 ? [] : [{ reason, count: tags.length, first: [...tags].sort().slice(0, FEW) }];
}

/** `3 excluded: contains tmp (tmp-1, tmp-2, ...), 1 without creation time (latest)`. */
export function describeSkipped(all: readonly Skipped[]): string {
  return all.map(({ reason, count, first }) => `${count} ${reason} (${[...first, ...(count > first.length ? ['...'] : [])].join(', ')})`).join(', ');
}
