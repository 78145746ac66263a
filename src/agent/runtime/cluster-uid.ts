import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';

const known = new WeakMap<KubeClient, Promise<string>>();

/** UID of the Namespace kube-system, which no other cluster has. Asked for once. */
export function clusterUid(client: KubeClient): Promise<string> {
  const asked = known.get(client);
  if (asked !== undefined) return asked;
  const uid = ask(client);
  known.set(client, uid);
  uid.catch(() => known.delete(client));
  return uid;
}

async function ask(client: KubeClient): Promise<string> {
  const namespace = await client.get({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'kube-system' }, { as: 'metadata' });
  if (namespace?.metadata.uid === undefined) throw errors.ClusterUnidentified();
  return namespace.metadata.uid;
}
