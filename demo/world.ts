import type { KubeClient } from '../src/kube/types';
import { conditionTypes, reasons } from '../src/model/conditions';
import { kinds } from '../src/model/kinds';
import { annotations, DEFAULT_AGENT_NAMESPACE } from '../src/model/labels';
import type { KubeObject, ObjectId } from '../src/model/object';
import type { EnvironmentsRepository } from './environments-repository';
import type { Narrator } from './narrator';
import { conditionOf, isReady, until } from './observe';
import type { TargetCluster } from './target-cluster';

/** What the stages share. */
export interface World {
  readonly narrator: Narrator;
  readonly cluster: TargetCluster;
  readonly client: KubeClient;
  readonly repository: EnvironmentsRepository;
  /** Environments in the example's own program, and the release of each. */
  readonly releases: ReadonlyMap<string, string>;
}

export const CLUSTER = 'gke';
export const AGENT_NAMESPACE = DEFAULT_AGENT_NAMESPACE;
export const SOURCE: ObjectId = { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: 'podinfo-environments' };

/** Tells the agent at once of a push, as a webhook would. */
export async function announcePush(client: KubeClient): Promise<void> {
  await announce(client, SOURCE);
}

/** Asks the agent to look at an object now. */
export async function announce(client: KubeClient, id: ObjectId): Promise<void> {
  await annotate(client, id, { [annotations.requestedAt]: new Date().toISOString() });
}

export async function annotate(client: KubeClient, id: ObjectId, added: Readonly<Record<string, string>>): Promise<void> {
  await client.patch(id, 'merge', { metadata: { annotations: added } });
}

/** Waits until the agent asks for a confirmation of deletions; gives its plan and the digest that confirms it. */
export async function deletionPlan(client: KubeClient): Promise<{ plan: string; digest: string }> {
  const sync = await until(client, kinds.Kustomization, { namespace: AGENT_NAMESPACE }, 'a deletion plan', (objects) =>
    objects.find((object) => object.metadata.name === CLUSTER && conditionOf(object, conditionTypes.deletionPlan)?.reason === reasons.pruneRefused),
  );
  const plan = conditionOf(sync, conditionTypes.deletionPlan)!.message;
  return { plan, digest: /confirm-deletion=(\S+)/.exec(plan)![1] };
}

export async function confirmDeletion(client: KubeClient, digest: string): Promise<void> {
  await annotate(client, { ...kinds.Kustomization, namespace: AGENT_NAMESPACE, name: CLUSTER }, { [annotations.confirmDeletion]: digest });
}

/** Waits until a layer has applied a commit and is Ready. */
export function layerReady(world: World, layer: string, commit: string): Promise<KubeObject> {
  return until(world.client, kinds.Kustomization, { namespace: AGENT_NAMESPACE }, `layer ${layer} at commit ${commit.slice(0, 7)}`, (objects) =>
    objects.find((object) => object.metadata.name === layer && isReady(object) && appliedRevision(object).endsWith(commit)),
  );
}

/** Waits until a release is Ready at a Helm revision. */
export function releaseReady(world: World, environment: string, name: string, revision: number): Promise<KubeObject> {
  return until(world.client, kinds.HelmRelease, { namespace: environment }, `release ${environment}/${name} at revision ${revision}`, (objects) =>
    objects.find((object) => object.metadata.name === name && isReady(object) && revisionOf(object) >= revision),
  );
}

/** Waits until all Pods of a namespace that are not going away are Ready, and that they are as many as wanted. */
export function podsReady(world: World, namespace: string, count: number): Promise<readonly KubeObject[]> {
  return until(world.client, { group: '', version: 'v1', kind: 'Pod' }, { namespace }, `${count} Ready Pods in ${namespace}`, (pods) => {
    const staying = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    return staying.length === count && staying.every((pod) => conditionOf(pod, 'Ready')?.status === 'True') ? staying : undefined;
  });
}

export function revisionOf(release: KubeObject): number {
  return (release.status as { history?: { version: number }[] } | undefined)?.history?.[0]?.version ?? 0;
}

export function messageOf(object: KubeObject): string {
  return conditionOf(object, 'Ready')?.message ?? '';
}

function appliedRevision(kustomization: KubeObject): string {
  return (kustomization.status as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision ?? '';
}
