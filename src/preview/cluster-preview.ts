import { kinds } from '../model/kinds';
import { annotations, labels } from '../model/labels';
import type { ManifestObject } from '../model/object';
import { ChartFinder, type HelmReleaseObject } from './chart-finder';
import { isSameSource, refOf } from './cluster-files';
import { clusterOffer } from './cluster-offer';
import type { ClusterScene } from './cluster-scene';
import type { ClusterStart } from './cluster-starts';
import { type PreviewPlace, type WalkedLayer, walkCluster } from './cluster-walk';
import type { KustomizationObject } from './kustomizations';
import { sourceOf } from './own-sources';
import { objectOf, previewObject } from './preview-object';
import { type Offer, previewRelease } from './release-preview';
import { pathInTree } from './tree-place';
import type { PreviewCluster, PreviewLayer, PreviewRelease } from './types';

interface FoundRelease {
  readonly layer: WalkedLayer;
  readonly object: HelmReleaseObject;
  readonly file: string;
}

/** One cluster: its layers, and what its releases make. */
export async function previewCluster(place: PreviewPlace, start: ClusterStart, output: string): Promise<PreviewCluster> {
  const { options } = place;
  const { layers, files } = await walkCluster(place, start, output);
  const { root } = start;
  const kubernetesVersion = options.kubernetesVersion ?? root?.object.metadata.annotations?.[annotations.kubernetesVersion];
  const scene: ClusterScene = {
    ...place,
    files,
    pathInTree: (path) => pathInTree(path, start.place),
    isTree: (source) => start.sources.some((own) => isSameSource(files, own, source)),
    kubernetesVersion,
  };

  const charts = new ChartFinder(scene);
  const releases = layers.flatMap((layer) => releasesIn(layer));
  const offer = clusterOffer(
    scene,
    charts,
    releases.map(({ object }) => object),
  );
  const wanted = layers.filter(({ name }) => options.layers?.includes(name) ?? true);
  const { isClusterScoped } = await offer;
  const previews = await Promise.all(
    wanted.map(async (layer): Promise<PreviewLayer> => {
      const own = releases.filter((one) => one.layer === layer);
      const prepared = await Promise.all(own.map(({ object, file }) => previewRelease(scene, charts, offer, object, file)));
      const rendered = options.rendering === 'later' ? prepared : await Promise.all(prepared.map((release) => release.render?.() ?? release));
      return layerPreview(start.name, layer, rendered, isClusterScoped);
    }),
  );
  const source = root === undefined ? undefined : files.get(sourceOf(root.object));
  return {
    name: start.name,
    kubernetesVersion,
    branch: refOf(source?.spec ?? {})?.branch,
    root: root && rootOf(root.object),
    sources: start.sources,
    layers: previews,
  };
}

function rootOf(object: KustomizationObject) {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name, source: sourceOf(object) };
}

function layerPreview(
  cluster: string,
  { name, kustomization, path, objects: manifests, problems, notes, hasUnknownVariables, elsewhere }: WalkedLayer,
  releases: readonly PreviewRelease[],
  isClusterScoped: Offer['isClusterScoped'],
): PreviewLayer {
  const added = { ...(kustomization === undefined ? {} : additionsOf(kustomization)), isClusterScoped };
  const objects = manifests.map((manifest) => previewObject(manifest, added));
  const all = [...objects, ...releases.flatMap((release) => [...release.objects, ...release.hooks])];
  const namespaces = [...new Set([...all.map(({ id }) => id.namespace), ...releases.map(({ releaseNamespace }) => releaseNamespace)])];
  return {
    cluster,
    name,
    kustomization: kustomization && { namespace: kustomization.metadata.namespace ?? '', name: kustomization.metadata.name },
    path,
    namespaces: namespaces.filter((namespace) => namespace !== '').sort(),
    objects,
    releases,
    problems,
    ...(notes.length === 0 ? {} : { notes }),
    ...(hasUnknownVariables && { hasUnknownVariables }),
    ...(elsewhere && { elsewhere }),
    ...(kustomization?.spec.decryption !== undefined && { decrypts: true }),
  };
}

/** What the agent puts on everything a Kustomization applies. */
function additionsOf({ metadata, spec }: KustomizationObject) {
  const { commonMetadata } = spec;
  const owner = { [labels.kustomizeName]: metadata.name, [labels.kustomizeNamespace]: metadata.namespace ?? '' };
  return { labels: { ...commonMetadata?.labels, ...owner }, annotations: commonMetadata?.annotations };
}

function releasesIn(layer: WalkedLayer): FoundRelease[] {
  return layer.objects.filter(isRelease).map((manifest) => ({ layer, object: releaseOf(manifest), file: manifest.file ?? '' }));
}

/** Without a spec it is one that names no chart. */
function releaseOf(manifest: ManifestObject): HelmReleaseObject {
  const object = objectOf(manifest) as HelmReleaseObject;
  return { ...object, spec: object.spec ?? {} };
}

function isRelease({ group, kind }: ManifestObject): boolean {
  return group === kinds.HelmRelease.group && kind === kinds.HelmRelease.kind;
}
