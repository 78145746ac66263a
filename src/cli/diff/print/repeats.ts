import type { ShownChange } from '../report';

/**
 * Changes that say what one before them said of an object of the same kind: the same lines go and come. Where a chart changes in ten environments, one of them
 * is read and nine are counted.
 */
export function repeatsOf(changes: readonly ShownChange[]): ReadonlyMap<ShownChange, ShownChange> {
  const first = new Map<string, ShownChange>();
  const repeats = new Map<ShownChange, ShownChange>();
  for (const change of changes) {
    const edits = change.hunks.flatMap(({ lines }) => lines.filter((line) => !line.startsWith(' ')));
    if (change.change !== 'changed' || edits.length === 0) continue;
    const key = [change.id.group, change.id.kind, ...edits].join('\n');
    const before = first.get(key);
    if (before === undefined) first.set(key, change);
    else repeats.set(change, before);
  }
  return repeats;
}
