import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { applyAll, layFoundations as layFoundationsIn } from '../src/cli/sandbox/foundations';
import type { KubeClient } from '../src/kube/types';
import type { KubeObject } from '../src/model/object';
import { AGENT_NAMESPACE } from './world';

export { applyAll, applyCrds, crdObjects as allCrds } from '../src/cli/sandbox/foundations';

export const CRD = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' };

/** What a cluster needs once: the CRDs, the namespace and the sync objects. As `kubectl apply` would. */
export async function bootstrap(client: KubeClient, syncFolder: string): Promise<void> {
  await layFoundations(client);
  await applySync(client, syncFolder);
}

/** The CRDs and the agent's namespace. */
export async function layFoundations(client: KubeClient): Promise<void> {
  await layFoundationsIn(client, AGENT_NAMESPACE);
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
