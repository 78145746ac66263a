import { keyOf } from '../../../model/object';
import type { Preview, PreviewLayer } from '../../../preview/types';
import { foldLayers } from '../between/fold-layers';
import type { Finding } from '../types';

/** How much of a layer must come again for another to be it under a new name. */
const ALIKE = 0.6;

/** Layers that are gone beside new ones with the same objects: what somebody renamed is deleted and created anew. */
export function renameFindings(before: Preview, after: Preview): Finding[] {
  return after.clusters.flatMap((cluster) => {
    const old = before.clusters.find(({ name }) => name === cluster.name)?.layers ?? [];
    const gone = without(old, cluster.layers);
    return without(cluster.layers, old).flatMap((layer): Finding[] => {
      const origin = gone.find((one) => isRenamed(one, layer));
      if (origin === undefined) return [];
      const text = `is ${origin.name} under another name: all of ${origin.name} is deleted, and created anew here`;
      return [{ topic: 'move', level: 'danger', place: { cluster: cluster.name, layer: layer.name }, subject: '', text }];
    });
  });
}

function without(layers: readonly PreviewLayer[], others: readonly PreviewLayer[]): PreviewLayer[] {
  return layers.filter(({ name }) => !others.some((other) => other.name === name));
}

function isRenamed(before: PreviewLayer, after: PreviewLayer): boolean {
  const [{ after: folded }] = foldLayers(
    { kind: 'layer', name: before.name, layers: [before] },
    { kind: 'layer', name: after.name, layers: [after] },
  );
  const [keys, others] = [before, folded ?? after].map(keysOf);
  const common = [...keys].filter((key) => others.has(key)).length;
  return common > 0 && common >= ALIKE * Math.max(keys.size, others.size) && ![...keysOf(after)].some((key) => keys.has(key));
}

function keysOf({ objects }: PreviewLayer): Set<string> {
  return new Set(objects.map(({ id }) => keyOf(id)));
}
