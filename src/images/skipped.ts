import { compareBytes } from './byte-order';

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
  return tags.length === 0 ? [] : [{ reason, count: tags.length, first: firstFew(tags) }];
}

/** Without sorting what may be thousands. */
function firstFew(tags: readonly string[]): string[] {
  const first: string[] = [];
  for (const tag of tags) {
    let at = first.length;
    while (at > 0 && compareBytes(tag, first[at - 1]) < 0) at--;
    if (at === FEW) continue;
    first.splice(at, 0, tag);
    if (first.length > FEW) first.pop();
  }
  return first;
}

/** `3 excluded: contains tmp (tmp-1, tmp-2, ...), 1 without creation time (latest)`. */
export function describeSkipped(all: readonly Skipped[]): string {
  return all.map(({ reason, count, first }) => `${count} ${reason} (${[...first, ...(count > first.length ? ['...'] : [])].join(', ')})`).join(', ');
}
