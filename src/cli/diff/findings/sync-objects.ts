import { kinds } from '../../../model/kinds';
import type { KubeObject } from '../../../model/object';
import type { Preview, PreviewCluster, PreviewLayer } from '../../../preview/types';
import type { Place } from '../types';
import { mapAt } from './fields';

/** A layer of a preview. */
function layerAt(preview: Preview, { cluster, layer }: Place): PreviewLayer | undefined {
  return clusterAt(preview, cluster)?.layers.find(({ name }) => name === layer);
}

export function clusterAt(preview: Preview, name: string): PreviewCluster | undefined {
  return preview.clusters.find((cluster) => cluster.name === name);
}

/** The Kustomization that applies a layer, as some layer of its cluster holds it. */
export function kustomizationOf(preview: Preview, place: Place): KubeObject | undefined {
  const wanted = layerAt(preview, place)?.kustomization;
  if (wanted === undefined) return undefined;
  const objects = clusterAt(preview, place.cluster)?.layers.flatMap((layer) => layer.objects) ?? [];
  return objects.find(
    ({ id }) =>
      id.kind === kinds.Kustomization.kind && id.group === kinds.Kustomization.group && id.namespace === wanted.namespace && id.name === wanted.name,
  )?.object;
}

/** The HelmRelease of a release. */
export function helmReleaseOf(preview: Preview, place: Place): KubeObject | undefined {
  const { release } = place;
  return layerAt(preview, place)?.objects.find(
    ({ id }) =>
      id.kind === kinds.HelmRelease.kind && id.group === kinds.HelmRelease.group && id.namespace === release?.namespace && id.name === release?.name,
  )?.object;
}

export function isSuspended(object: KubeObject | undefined): boolean {
  return mapAt(object, 'spec').suspend === true;
}
