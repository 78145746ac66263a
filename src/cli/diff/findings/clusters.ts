import type { Preview } from '../../../preview/types';
import type { Comparison, Finding } from '../types';

/** Clusters that come and go. What a cluster has stays there when its folder goes: nothing is left that would prune it. */
export function clusterFindings(before: Preview, after: Preview): Finding[] {
  const [old, now] = [before, after].map(({ clusters }) => clusters.map(({ name }) => name));
  const found = (cluster: string, text: string): Finding => ({
    topic: 'cluster',
    level: 'warning',
    place: { cluster, layer: '' },
    subject: '',
    text,
  });
  return [
    ...now.filter((name) => !old.includes(name)).map((name) => found(name, 'is new: it follows Git once it is bootstrapped')),
    ...old
      .filter((name) => !now.includes(name))
      .map((name) => found(name, 'is gone from the output: its agent finds nothing to apply, and what runs there stays')),
  ];
}

/** Objects moved from one layer or release to another. */
export function moveFindings({ objects }: Comparison): Finding[] {
  const moves = new Map<string, Finding & { count: number }>();
  for (const { change, place, movedFrom } of objects) {
    if (change !== 'moved' || movedFrom === undefined) continue;
    const from = [movedFrom.layer, movedFrom.release?.name].filter(Boolean).join('/');
    const to = [place.layer, place.release?.name].filter(Boolean).join('/');
    const key = `${place.cluster} ${from} ${to}`;
    const count = (moves.get(key)?.count ?? 0) + 1;
    const text = `${count} object${count === 1 ? ' moves' : 's move'} here from ${from}`;
    moves.set(key, { topic: 'move', level: 'note', place, subject: '', text, count });
  }
  return [...moves.values()].map(({ count: _, ...finding }) => finding);
}
