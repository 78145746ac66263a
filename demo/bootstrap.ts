import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAll } from 'js-yaml';
import type { KubeClient } from '../src/kube/types';
import { idOf, type KubeObject } from '../src/model/object';
import { until } from './observe';
import { fairlead, run } from './run';
import { AGENT_NAMESPACE } from './world';

export const CRD = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' };

/** What a cluster needs once: the CRDs, the namespace and the sync objects. As `kubectl apply` would. */
export async function bootstrap(client: KubeClient, syncFolder: string): Promise<void> {
  await layFoundations(client);
  await applySync(client, syncFolder);
}

/** The CRDs and the agent's namespace. */
export async function layFoundations(client: KubeClient): Promise<void> {
  await applyCrds(client);
  await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: AGENT_NAMESPACE } }]);
}

/** The objects the agent starts from, as synth wrote them. */
export async function applySync(client: KubeClient, syncFolder: string): Promise<void> {
  const files = (await readdir(syncFolder, { recursive: true })).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(syncFolder, file), 'utf8')));
  await applyAll(
    client,
    texts.flatMap((text) => loadAll(text) as KubeObject[]),
  );
}

/** Applies what `fairlead crds` prints and waits until the API server serves it. */
export async function applyCrds(client: KubeClient): Promise<void> {
  const crds = await allCrds();
  await applyAll(client, crds);
  const names = crds.map((crd) => crd.metadata.name);
  await until(client, CRD, {}, 'the CRDs to be established', (objects) => {
    const established = objects.filter((object) => isEstablished(object)).map((object) => object.metadata.name);
    return names.every((name) => established.includes(name)) || undefined;
  });
  for (const crd of crds) await served(client, crd);
}

/** What `fairlead crds` prints. */
export async function allCrds(): Promise<KubeObject[]> {
  return loadAll(await run([...fairlead, 'crds'])) as KubeObject[];
}

/** Established is not yet served: discovery follows a moment later, and tells nobody. */
async function served(client: KubeClient, crd: KubeObject): Promise<void> {
  const { group, names, versions } = crd.spec as { group: string; names: { kind: string }; versions: { name: string; storage: boolean }[] };
  const version = versions.find(({ storage }) => storage)!.name;
  while ((await client.resource({ group, version, kind: names.kind })) === undefined) await sleep(100);
}

export async function applyAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(objects.map((object) => client.apply(idOf(object), JSON.stringify(object), { fieldManager: 'kubectl' })));
}

function isEstablished(crd: KubeObject): boolean {
  const { conditions } = (crd.status ?? {}) as { conditions?: { type: string; status: string }[] | null };
  return conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}
