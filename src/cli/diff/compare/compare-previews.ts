import { isDeepStrictEqual } from 'node:util';
import { keyOf, nameOf } from '../../../model/object';
import type { Preview, PreviewCluster, PreviewObject, PreviewRelease } from '../../../preview/types';
import type { Comparison, ObjectChange, Place, ReleaseChange } from '../types';

/** An object and where a cluster gets it from. */
interface Slot {
  readonly place: Place;
  readonly isHook: boolean;
  readonly given: PreviewObject;
}

/** Everything that clusters get otherwise after than before, in the order of clusters, layers, releases and objects. */
export function comparePreviews(before: Preview, after: Preview): Comparison {
  const objects: ObjectChange[] = [];
  const releases: ReleaseChange[] = [];
  for (const name of namesOf(before, after)) {
    const [old, now] = [before, after].map(({ clusters }) => clusters.find((cluster) => cluster.name === name));
    const pairs = pairReleases(old, now);
    const apart = new Set(pairs.filter((pair) => isSame(pair) || isUnknown(pair)).flatMap(({ before: a, after: b }) => [a, b]));
    releases.push(...pairs.filter((pair) => !isSame(pair) && (isUnknown(pair) || differs(pair))));
    objects.push(...compareSlots(slotsOf(old, apart), slotsOf(now, apart)).filter((change) => !isHeldBack(change, old, now)));
  }
  return { objects: objects.sort(byPlace), releases };
}

function namesOf(before: Preview, after: Preview): string[] {
  return [...new Set([...after.clusters, ...before.clusters].map(({ name }) => name))].sort();
}

function pairReleases(before: PreviewCluster | undefined, after: PreviewCluster | undefined): ReleaseChange[] {
  const pairs = new Map<string, ReleaseChange>();
  for (const [side, cluster] of [['before', before] as const, ['after', after] as const])
    for (const layer of cluster?.layers ?? [])
      for (const release of layer.releases) {
        const place: Place = { cluster: layer.cluster, layer: layer.name, release: { namespace: release.namespace, name: release.name } };
        const key = `${layer.name}/${release.namespace}/${release.name}`;
        pairs.set(key, { ...pairs.get(key), place, [side]: release });
      }
  return [...pairs.values()];
}

/** Equal inputs, equal objects: they need not be looked at. */
function isSame({ before, after }: ReleaseChange): boolean {
  return before?.inputs !== undefined && before.inputs === after?.inputs;
}

/** What a chart that does not render has is not known, so nothing of it comes or goes. */
function isUnknown({ before, after }: ReleaseChange): boolean {
  return before?.problem !== undefined || after?.problem !== undefined;
}

function differs({ before, after }: ReleaseChange): boolean {
  if (before === undefined || after === undefined) return true;
  return !isDeepStrictEqual(before.chart, after.chart) || !isDeepStrictEqual(objectsOf(before), objectsOf(after));
}

/**
 * A layer that cannot be built is not applied, so nothing of it goes. Of a folder that nobody applies, what could not be read before either says
 * nothing of the rest.
 */
function isHeldBack({ change, place }: ObjectChange, before: PreviewCluster | undefined, after: PreviewCluster | undefined): boolean {
  if (change !== 'removed') return false;
  const [was, is] = [before, after].map((cluster) => cluster?.layers.find(({ name }) => name === place.layer));
  const known = is?.kustomization === undefined ? (was?.problems ?? []).map(({ message }) => message) : [];
  return is?.problems.some(({ message }) => !known.includes(message)) ?? false;
}

function objectsOf({ objects, hooks }: PreviewRelease): unknown[] {
  return [...objects, ...hooks].map(({ object }) => object);
}

function slotsOf(cluster: PreviewCluster | undefined, apart: ReadonlySet<PreviewRelease | undefined>): Slot[] {
  return (cluster?.layers ?? []).flatMap((layer) => {
    const place: Place = { cluster: layer.cluster, layer: layer.name };
    const rendered = layer.releases
      .filter((release) => !apart.has(release))
      .flatMap((release): Slot[] => {
        const within = { ...place, release: { namespace: release.namespace, name: release.name } };
        return [
          ...release.objects.map((given) => ({ place: within, isHook: false, given })),
          ...release.hooks.map((given) => ({ place: within, isHook: true, given })),
        ];
      });
    return [...layer.objects.map((given) => ({ place, isHook: false, given })), ...rendered];
  });
}

function compareSlots(before: readonly Slot[], after: readonly Slot[]): ObjectChange[] {
  const old = byIdentity(before);
  const changes: ObjectChange[] = [];
  for (const [key, slots] of byIdentity(after)) {
    const were = old.get(key) ?? [];
    old.delete(key);
    changes.push(...pairUp(were, slots).flatMap(changeOf));
  }
  for (const slots of old.values()) changes.push(...slots.flatMap((slot) => changeOf([slot, undefined])));
  return changes;
}

function byIdentity(slots: readonly Slot[]): Map<string, Slot[]> {
  const found = new Map<string, Slot[]>();
  for (const slot of slots) {
    const key = `${slot.isHook ? 'hook ' : ''}${keyOf(slot.given.id)}`;
    const alike = found.get(key);
    if (alike) alike.push(slot);
    else found.set(key, [slot]);
  }
  return found;
}

type Pair = readonly [before: Slot | undefined, after: Slot | undefined];

/** Where several places give one object, those that did so before are the same ones. */
function pairUp(before: readonly Slot[], after: readonly Slot[]): Pair[] {
  const left = [...before];
  const take = (fits: (slot: Slot) => boolean): Slot | undefined => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const stayed = after.map((slot): Pair => [take(({ place }) => isDeepStrictEqual(place, slot.place)), slot]);
  const moved = stayed.map(([was, slot]): Pair => [was ?? take(() => true), slot]);
  // What another place still gives does not go.
  return [...moved, ...left.map((slot): Pair => [slot, after[0]])];
}

function changeOf([before, after]: Pair): ObjectChange[] {
  const { place, isHook, given } = (after ?? before) as Slot;
  const common = { id: given.id, place, isHook, file: given.file };
  if (before === undefined) return [{ ...common, change: 'added', after: given.object }];
  if (after === undefined) return [{ ...common, change: 'removed', before: given.object }];
  const sides = { before: before.given.object, after: given.object };
  if (!isDeepStrictEqual(before.place, place)) return [{ ...common, change: 'moved', movedFrom: before.place, ...sides }];
  return isDeepStrictEqual(sides.before, sides.after) ? [] : [{ ...common, change: 'changed', ...sides }];
}

function byPlace(a: ObjectChange, b: ObjectChange): number {
  const [first, second] = [a, b].map(({ place, id }) => [place.cluster, place.layer, place.release?.name ?? '', nameOf(id)].join('\0'));
  return first < second ? -1 : first > second ? 1 : 0;
}
