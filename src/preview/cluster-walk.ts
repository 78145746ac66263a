import { errors, type FairleadError } from '../common/errors';
import { keyOf, type ManifestObject, nameOf } from '../model/object';
import { ClusterFiles, isSameSource } from './cluster-files';
import type { ClusterStart } from './cluster-starts';
import type { FileTree } from './file-tree';
import { isFluxInstance } from './flux-instance';
import { instanceObjects } from './instance-objects';
import { byLayerName, type Found, foundIn, isKustomization, type KustomizationObject, lackOf, layerName } from './kustomizations';
import { type Builder, type BuiltLayer, buildLayer } from './layer-build';
import { sourceOf } from './own-sources';
import type { PreviewMemory } from './preview-memory';
import { objectOf } from './preview-object';
import type { PreviewOptions } from './preview-options';
import { pathInTree } from './tree-place';
import type { PreviewLayer } from './types';

/** A layer as it is written, and who applies it. */
export interface WalkedLayer extends BuiltLayer {
  readonly name: string;
  /** Undefined for a folder that nobody applies. */
  readonly kustomization?: KustomizationObject;
  /** Folder from the root of the tree; undefined where it is in another repository. */
  readonly path?: string;
  readonly elsewhere?: PreviewLayer['elsewhere'];
}

export interface PreviewPlace {
  readonly tree: FileTree;
  readonly options: PreviewOptions;
  readonly memory: PreviewMemory;
}

/** The layers of a cluster, found as an agent finds them: what a Kustomization applies may be further Kustomizations. */
export async function walkCluster(place: PreviewPlace, start: ClusterStart, output: string): Promise<{ layers: WalkedLayer[]; files: ClusterFiles }> {
  const files = new ClusterFiles();
  const builder = builderOf(place);
  if (start.kustomizations.length === 0) {
    const bare = await buildLayer(builder, output, BARE, files);
    files.add(bare.objects);
    return { layers: [{ ...bare, problems: bare.problems.filter(isOfObject), name: start.name, path: output }], files };
  }

  const layers: WalkedLayer[] = [];
  const seen = new Set<string>();
  const isNew = ({ object }: Found) => {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  };
  let pending = start.kustomizations.filter(isNew);
  while (pending.length > 0) {
    // Variables may come from what others apply, so those that need none go first.
    const free = pending.filter(({ object: { spec } }) => (spec.postBuild?.substituteFrom ?? []).length === 0);
    const batch = free.length > 0 ? free : pending;
    const built = (await Promise.all(batch.map((found) => walk(found)))).map(withUnusable);
    for (const { objects } of built) files.add(objects);
    layers.push(...built);
    const more = built.flatMap(({ objects }) => foundIn(objects)).filter(isNew);
    pending = [...pending.filter((found) => !batch.includes(found)), ...more];
  }
  return { layers: layers.sort(byLayerName), files };

  async function walk({ object: kustomization, file, sync }: Found): Promise<WalkedLayer> {
    const source = sourceOf(kustomization);
    const isHere = start.sources.some((own) => isSameSource(files, own, source));
    const path = isHere ? pathInTree(kustomization.spec.path, start.place) : undefined;
    const name = layerName(path, kustomization.metadata.name, start.root);
    if (path !== undefined) {
      const built = await buildLayer(builder, path, kustomization, files);
      return { ...built, objects: await withSyncs(builder, built.objects, sync), name, kustomization, path };
    }
    const elsewhere = { source, path: kustomization.spec.path ?? '.', file };
    const note = `its files are ${isHere ? 'outside of the folder that is read' : 'in another repository'}: ${nameOf(source)}, ${elsewhere.path}`;
    return { objects: [], problems: [], notes: [note], name, kustomization, elsewhere };
  }
}

/** How a folder is read that nobody applies. */
const BARE = { metadata: { name: '.' }, spec: { interval: '', prune: false, sourceRef: { kind: '', name: '' } } };

function builderOf({ tree, options, memory }: PreviewPlace): Builder {
  return { tree, engine: options.engine, memory };
}

/** With what Flux Operator makes of the FluxInstances among them, and of the one that the layer starts with. What is written stays as it is. */
async function withSyncs(builder: Builder, objects: readonly ManifestObject[], start: readonly ManifestObject[] = []): Promise<ManifestObject[]> {
  const made = await Promise.all(objects.filter(isFluxInstance).map((instance) => instanceObjects(builder, instance)));
  const there = new Set(objects.map(keyOf));
  const isNew = (object: ManifestObject) => !there.has(keyOf(object)) && there.add(keyOf(object)) !== undefined;
  return [...objects, ...[...made.flat(), ...start].filter(isNew)];
}

/** In a folder that nobody applies may be any YAML. */
function isOfObject({ detail }: FairleadError): boolean {
  return !detail.includes(' cannot be read: not a Kubernetes object');
}

/** Kustomizations that no API server takes are told of where they stand, and lead nowhere. */
function withUnusable(layer: WalkedLayer): WalkedLayer {
  const problems = layer.objects.filter(isKustomization).flatMap((manifest) => {
    const lack = lackOf(objectOf(manifest) as KustomizationObject);
    return lack === undefined ? [] : [errors.DocumentUnreadable({ at: manifest.file ?? '', reason: `Kustomization ${manifest.name} ${lack}` })];
  });
  return problems.length === 0 ? layer : { ...layer, problems: [...layer.problems, ...problems] };
}
