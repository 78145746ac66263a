import { kinds } from '../../../model/kinds';
import { annotations } from '../../../model/labels';
import { nameOf } from '../../../model/object';
import { type Deletion, judgeDeletions } from '../../../objects/deletion-budget';
import type { Preview } from '../../../preview/types';
import type { Comparison, Finding, ObjectChange, Place } from '../types';
import { isKept } from './deletions';
import { clusterAt, kustomizationOf } from './sync-objects';

/** Layers whose deletions are more than their budget: the agent asks for a confirmation before it makes them. */
export function budgetFindings(comparison: Comparison, before: Preview, after: Preview): Finding[] {
  const removed = comparison.objects.filter((change) => change.change === 'removed' && !change.isHook && !isKept(change, after));
  const byLayer = new Map<string, ObjectChange[]>();
  for (const change of removed)
    if (change.place.release === undefined) {
      const key = `${change.place.cluster}/${change.place.layer}`;
      byLayer.set(key, [...(byLayer.get(key) ?? []), change]);
    }
  return [...byLayer.values()].flatMap((changes) => {
    const place: Place = changes[0].place;
    const kustomization = kustomizationOf(after, place);
    const budget = Number(kustomization?.metadata.annotations?.[annotations.deletionBudget] ?? Number.NaN);
    if (Number.isNaN(budget)) return [];
    const verdict = judgeDeletions({ deletions: changes.map((change) => deletionOf(change, before, removed)), budget });
    if (verdict.allowed) return [];
    const plural = verdict.count === 1 ? '' : 's';
    return [
      {
        topic: 'budget',
        level: 'warning',
        place,
        subject: `Kustomization/${kustomization?.metadata.name}`,
        text: `asks before it deletes ${verdict.count} object${plural}, ${budget} allowed`,
      } satisfies Finding,
    ];
  });
}

/** What goes with an object: the inventory of a Kustomization, the manifest of a release. */
function deletionOf(change: ObjectChange, before: Preview, removed: readonly ObjectChange[]): Deletion {
  const { id, place } = change;
  if (id.kind === kinds.HelmRelease.kind && id.group === kinds.HelmRelease.group) {
    const rendered = removed.filter(
      (other) =>
        other.place.layer === place.layer &&
        other.place.cluster === place.cluster &&
        other.place.release?.name === id.name &&
        other.place.release.namespace === id.namespace,
    );
    return { id, leadsTo: rendered.map((other) => ({ id: other.id })) };
  }
  if (id.kind !== kinds.Kustomization.kind || id.group !== kinds.Kustomization.group) return { id };
  const layer = clusterAt(before, place.cluster)?.layers.find(
    ({ kustomization }) => kustomization !== undefined && nameOf({ ...id, ...kustomization }) === nameOf(id),
  );
  const own = removed.filter(
    (other) =>
      layer !== undefined &&
      other !== change &&
      other.place.cluster === place.cluster &&
      other.place.layer === layer.name &&
      other.place.release === undefined,
  );
  return { id, leadsTo: own.map((other) => deletionOf(other, before, removed)) };
}
