import { kinds } from '../../model/kinds';
import { annotations, labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { decodeInventory, type Inventory } from '../../objects/inventory';
import { isOwnLayer, SYNC_LAYER } from '../../synth/placement';
import { byText, type LiveObjects, type Ref, type World } from './world';

/** A Kustomization as far as it is looked at. */
export interface LiveKustomization extends KubeObject {
  readonly spec: {
    readonly path?: string;
    readonly suspend?: boolean;
    readonly interval?: string;
    readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  };
  readonly status?: {
    readonly inventory?: Inventory;
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
    readonly lastHandledReconcileAt?: string;
    readonly history?: readonly LiveSnapshot[];
  };
}

/** One of the last reconciles of a Kustomization that differ. */
export interface LiveSnapshot {
  readonly firstReconciled: string;
  readonly lastReconciled: string;
  readonly lastReconciledStatus: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What a Kustomization stands for. */
export interface LiveLayer {
  /** As people call it: `dev`; what is not of our layout has its object's name. */
  readonly name: string;
  /** Folder of the cluster in the output; undefined where the layout is not ours. */
  readonly cluster?: string;
  /** One of those that every cluster has besides its own: `_sync`, `_images`, `_agent`. */
  readonly isOwn: boolean;
  readonly kustomization: LiveKustomization;
}

export function layersOf(objects: LiveObjects): LiveLayer[] {
  const all = objects.list<LiveKustomization>(kinds.Kustomization.kind).map(layerOf);
  return all.sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || byText(a.name, b.name));
}

export function layerOf(kustomization: LiveKustomization): LiveLayer {
  const { metadata, spec } = kustomization;
  const [cluster, folder] = (spec.path ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(-2);
  if (folder !== undefined && isOwnLayer(folder))
    return { name: folder === SYNC_LAYER ? cluster : `${cluster}/${folder}`, cluster, isOwn: true, kustomization };
  const isOurs = folder === metadata.name;
  return { name: metadata.name, ...(isOurs && { cluster }), isOwn: false, kustomization };
}

/** `dev`, and where several clusters have one `gke/dev`; or the object's own name. */
export function isCalled({ name, cluster, kustomization }: LiveLayer, asked: string): boolean {
  return asked === name || asked === `${cluster}/${name}` || asked === kustomization.metadata.name;
}

/** Name of the cluster in the program: as it is bound, else as its sync folder is called. */
export function clusterName({ binding, objects }: World): string | undefined {
  return binding?.cluster ?? layersOf(objects).find(({ isOwn }) => isOwn)?.cluster;
}

export function sourceRefOf({ metadata, spec }: LiveKustomization): Ref {
  const { kind, name, namespace = metadata.namespace ?? '' } = spec.sourceRef;
  return { kind, namespace, name };
}

/** Objects that a Kustomization applied. */
export function inventoryOf({ status }: LiveKustomization): Ref[] {
  return decodeInventory(status?.inventory).map(({ kind, namespace, name }) => ({ kind, namespace, name }));
}

/** The Kustomization whose object this is, by its labels. */
export function kustomizationOf(object: KubeObject, objects: LiveObjects): LiveKustomization | undefined {
  const { [labels.kustomizeName]: name, [labels.kustomizeNamespace]: namespace = '' } = object.metadata.labels ?? {};
  return name === undefined ? undefined : objects.get<LiveKustomization>({ kind: kinds.Kustomization.kind, namespace, name });
}

/** Releases of a layer, by their labels, and by its inventory where they carry none. */
export function releasesOf({ kustomization }: LiveLayer, objects: LiveObjects): KubeObject[] {
  const { namespace, name } = kustomization.metadata;
  const labelled = objects.by(kinds.HelmRelease.kind, ownerOf, `${namespace}/${name}`);
  const others = inventoryOf(kustomization).flatMap((ref) => (ref.kind === kinds.HelmRelease.kind ? (objects.get(ref) ?? []) : []));
  return [...labelled, ...others.filter((release) => ownerOf(release).length === 0)];
}

/** The Kustomization that an object says it is of, as `namespace/name`. */
function ownerOf({ metadata }: KubeObject): string[] {
  const { [labels.kustomizeName]: name, [labels.kustomizeNamespace]: namespace = '' } = metadata.labels ?? {};
  return name === undefined ? [] : [`${namespace}/${name}`];
}

/** The commit in a revision such as `main@sha1:…`, and how people read it: `main@1f3c9a7`. */
export function commitOf(revision: string | undefined): string | undefined {
  return /(?:^|:|@)([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision ?? '')?.[1];
}

export function shortRevision(revision: string | undefined): string {
  return (revision ?? '').replace(/(?:sha1|sha256):([0-9a-f]{7})[0-9a-f]+$/, '$1');
}

/** When somebody last asked for it to be looked at, as the annotation says. */
export function requestedAt({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[annotations.requestedAt];
}
