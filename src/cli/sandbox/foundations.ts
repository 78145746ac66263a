import { loadAll } from 'js-yaml';
import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject } from '../../model/object';
import { type Definition, untilServed } from '../cluster/until-served';
import { allCrds } from '../crds';

/** The CRDs and the agent's namespace: what a cluster needs before its agent. Safe to repeat. */
export async function layFoundations(client: KubeClient, agentNamespace: string): Promise<void> {
  await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: agentNamespace } }]);
  await applyCrds(client);
}

/** Applies what `fairlead crds` prints and waits until the API server serves it. */
export async function applyCrds(client: KubeClient): Promise<void> {
  const crds = await crdObjects();
  await applyAll(client, crds);
  for (const crd of crds) await untilServed(client, crd);
}

/** Every CRD that ships with the package. */
export async function crdObjects(): Promise<Definition[]> {
  return loadAll(await allCrds()) as Definition[];
}

/** As `kubectl apply --server-side` would. */
export async function applyAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(objects.map((object) => client.apply(idOf(object), JSON.stringify(object), { fieldManager: 'kubectl' })));
}
