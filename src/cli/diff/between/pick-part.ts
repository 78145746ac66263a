import { errors } from '../../../common/errors';
import type { Preview, PreviewLayer } from '../../../preview/types';
import { nearestNames } from '../../locks/nearest-names';

/** Something that can be compared with another of its sort. */
export interface Part {
  readonly kind: 'cluster' | 'layer';
  readonly name: string;
  readonly layers: readonly PreviewLayer[];
}

/** The environment (or other layer, `cluster/name` where several clusters have it) or the cluster of a name. Throws PartUnknown, PartAmbiguous. */
export function pickPart({ clusters }: Preview, name: string): Part {
  const layers = clusters.flatMap((cluster) => cluster.layers);
  const found = layers.filter((layer) => layer.name === name || `${layer.cluster}/${layer.name}` === name);
  if (found.length === 1) return { kind: 'layer', name, layers: found };
  if (found.length > 1)
    throw errors.PartAmbiguous({ name, clusters: found.map(({ cluster }) => cluster).join(', '), example: `${found[0].cluster}/${name}` });
  const cluster = clusters.find((one) => one.name === name);
  if (cluster !== undefined) return { kind: 'cluster', name, layers: cluster.layers };
  const near = nearestNames(name, [...clusters.map((one) => one.name), ...layers.map((layer) => layer.name)]);
  const known = [...new Set(layers.map((layer) => `${layer.cluster}/${layer.name}`))];
  throw errors.PartUnknown({ name, known: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${known.join(', ') || 'none'}` });
}
