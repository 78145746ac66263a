import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { conditionsOf } from '../../objects/fields';
import { healthOf } from '../../objects/health';
import { decodeInventory } from '../../objects/inventory';
import { inventoryOf, type LiveKustomization } from './layers';
import { isWorkload, WORKLOADS } from './live-kinds';
import { isRead, type LiveObjects, type Ref, refOf, type World } from './world';

interface Workload extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } } };
}

/** What of a release has Pods, by Flux's labels on it. */
export function workloadsOfRelease({ metadata }: KubeObject, objects: LiveObjects): KubeObject[] {
  return WORKLOADS.flatMap(({ kind }) => objects.by(kind, releaseOf, `${metadata.namespace}/${metadata.name}`));
}

/** The HelmRelease that an object says it is of, as `namespace/name`. */
function releaseOf({ metadata }: KubeObject): string[] {
  const { [labels.helmNamespace]: namespace, [labels.helmName]: name } = metadata.labels ?? {};
  return name === undefined ? [] : [`${namespace}/${name}`];
}

/** What of a release does not run as it should: what is gone too, by its inventory. */
export function illOfRelease(release: KubeObject, world: World): Ref[] {
  const ill = workloadsOfRelease(release, world.objects).filter((one) => !isHealthy(one, world));
  const { inventory } = (release as LiveKustomization).status ?? {};
  const gone = decodeInventory(inventory).filter((id) => STAYS.has(id.kind) && isRead(id, world) && world.objects.get(id) === undefined);
  return [...ill.map(refOf), ...gone.map(({ kind, namespace, name }) => ({ kind, namespace, name }))];
}

/** A Job may be deleted when it is done. */
const STAYS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** What of a Kustomization itself has Pods. */
export function workloadsOfLayer(kustomization: LiveKustomization, objects: LiveObjects): KubeObject[] {
  return inventoryOf(kustomization).flatMap((ref) => (isWorkload(ref.kind) ? (objects.get(ref) ?? []) : []));
}

/** Pods of a workload as it is now: those of a Deployment's earlier revisions that still go away are no trouble of it. */
export function podsOf(workload: KubeObject, objects: LiveObjects): KubeObject[] {
  const owners = workload.kind === 'Deployment' ? [...objects.ownedBy(workload, 'ReplicaSet')].sort(byRevision).slice(0, 1) : [workload];
  return owners.flatMap((owner) => objects.ownedBy(owner, 'Pod')).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Images that a workload's Pods are made of, without repetition. */
export function imagesOf(workload: KubeObject): string[] {
  const containers = (workload as Workload).spec?.template?.spec?.containers ?? [];
  return [...new Set(containers.flatMap(({ image }) => image ?? []))];
}

export function isHealthy(object: KubeObject, { now }: Pick<World, 'now'>): boolean {
  return healthOf(object, now.getTime()).status === 'Current';
}

/** Why a workload gets no Pods at all: a quota, an admission rule. */
export function podsRefused(workload: KubeObject): string | undefined {
  return conditionsOf(workload).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message;
}

const REVISION = 'deployment.kubernetes.io/revision';

function byRevision(a: KubeObject, b: KubeObject): number {
  return Number(b.metadata.annotations?.[REVISION] ?? 0) - Number(a.metadata.annotations?.[REVISION] ?? 0);
}
