import { errors } from '../../../common/errors';
import { isForbidden } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import { BINDING } from '../../../model/cluster-binding';
import { DEFAULT_AGENT_NAMESPACE } from '../../../model/labels';
import type { KubeObject } from '../../../model/object';
import type { Preview } from '../../../preview/types';

/** Which cluster of the tree a live one is: the one that was named, the one it says it is, or the only one. Throws LiveClusterUnknown. */
export async function liveCluster(client: KubeClient, { clusters }: Preview, named: string | undefined): Promise<string> {
  const names = clusters.map(({ name }) => name);
  const bound = named === undefined ? await boundTo(client) : undefined;
  const name = named ?? bound ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) throw errors.LiveClusterUnknown({ reason: 'nothing in it says which of the tree it is', known: names.join(', ') });
  if (!names.includes(name)) throw errors.LiveClusterUnknown({ reason: `the tree has no cluster ${name}`, known: names.join(', ') || 'none' });
  return name;
}

async function boundTo(client: KubeClient): Promise<string | undefined> {
  const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: DEFAULT_AGENT_NAMESPACE, name: BINDING };
  const binding = await client.get<KubeObject & { readonly data?: { readonly cluster?: string } }>(id).catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
  return binding?.data?.cluster;
}
