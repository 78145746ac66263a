import { keyOf } from '../../../model/object';
import type { PreviewLayer, PreviewObject, PreviewRelease } from '../../../preview/types';
import { NameFolding, type NamePair } from './name-folding';
import type { Part } from './pick-part';

/** Two layers that stand for the same, as layers of one cluster whose objects have one name. */
export interface FoldedPair {
  readonly before?: PreviewLayer;
  readonly after?: PreviewLayer;
}

/** Layers of two parts side by side, the second in the names of the first. */
export function foldLayers(before: Part, after: Part): FoldedPair[] {
  if (before.kind === 'layer' && after.kind === 'layer') return [foldPair(before.layers[0], after.layers[0])];
  const names = new Set([...before.layers, ...after.layers].map(({ name }) => name));
  return [...names].sort().map((name) => {
    const [old, now] = [before, after].map(({ layers }) => layers.find((layer) => layer.name === name));
    return old !== undefined && now !== undefined ? foldPair(old, now) : { before: old, after: now };
  });
}

function foldPair(before: PreviewLayer, after: PreviewLayer): FoldedPair {
  const namespaces = before.namespaces.length === 1 && after.namespaces.length === 1 ? [[after.namespaces[0], before.namespaces[0]] as const] : [];
  const pairs: NamePair[] = [[after.name, before.name], [after.cluster, before.cluster], ...namespaces];
  const folding = new NameFolding([...pairs, ...renamedReleases(before, after, new NameFolding(pairs))]);
  return { before, after: foldLayer(after, before, folding) };
}

/** Releases that are called otherwise and have the one chart that no other has. */
function renamedReleases(before: PreviewLayer, after: PreviewLayer, folding: NameFolding): NamePair[] {
  const names = new Set(before.releases.map(({ name }) => name));
  const folded = new Set(after.releases.map(({ name }) => folding.text(name)));
  const left = before.releases.filter(({ name }) => !folded.has(name));
  const right = after.releases.filter(({ name }) => !names.has(folding.text(name)));
  const only = (releases: readonly PreviewRelease[], chart: string) => {
    const [release, ...others] = releases.filter((one) => one.chart?.name === chart);
    return others.length === 0 ? release : undefined;
  };
  return right.flatMap(({ name, chart }): NamePair[] => {
    const other = chart && only(right, chart.name) && only(left, chart.name);
    return other ? [[name, other.name]] : [];
  });
}

function foldLayer(layer: PreviewLayer, other: PreviewLayer, folding: NameFolding): PreviewLayer {
  const counterparts = new Map(
    [...other.objects, ...other.releases.flatMap(({ objects, hooks }) => [...objects, ...hooks])].map((one) => [keyOf(one.id), one]),
  );
  const fold = (given: PreviewObject): PreviewObject => {
    const id = folding.id(given.id);
    const counterpart = counterparts.get(keyOf(id));
    return counterpart === undefined ? given : { ...given, id, object: folding.object(given.object, counterpart.object) };
  };
  return {
    ...layer,
    cluster: other.cluster,
    name: other.name,
    objects: layer.objects.map(fold),
    releases: layer.releases.map((release) => ({
      ...release,
      namespace: folding.text(release.namespace),
      name: folding.text(release.name),
      inputs: undefined,
      objects: release.objects.map(fold),
      hooks: release.hooks.map(fold),
    })),
  };
}
