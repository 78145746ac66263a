import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BindingMap, bindingMap, refuseOther } from '../../agent/start/binding';
import type { SyncOptions } from '../../agent/start/types';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { BINDING, bindingFile, printBindingFile, uidIn } from '../../model/cluster-binding';
import type { LiveCluster } from './live-cluster';

type Live = Pick<LiveCluster, 'uid' | 'server'>;

/** Throws where a folder is for another cluster: `FolderOfOtherCluster`. */
export function refuseOtherCluster(root: string, cluster: string, { uid, server }: Live): void {
  const file = bindingFile(cluster);
  const path = join(root, file);
  const expected = existsSync(path) ? uidIn(readFileSync(path, 'utf8')) : undefined;
  if (expected !== undefined && expected !== uid) throw errors.FolderOfOtherCluster({ file, cluster, expected, uid, server });
}

/** Writes down in the repository which cluster a folder is for. */
export function writeBinding(root: string, cluster: string, uid: string): void {
  const path = join(root, bindingFile(cluster));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, printBindingFile({ uid }));
}

/** Throws where a cluster follows another folder: `ClusterBoundElsewhere`. */
export async function refuseBoundElsewhere(client: KubeClient, sync: SyncOptions, uid: string, namespace: string): Promise<BindingMap | undefined> {
  const map = await client.get<BindingMap>({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name: BINDING });
  refuseOther(map, sync, uid);
  return map;
}

/** Writes down in the cluster which folder it follows. */
export async function bind(client: KubeClient, sync: SyncOptions, uid: string, namespace: string): Promise<void> {
  if ((await refuseBoundElsewhere(client, sync, uid, namespace)) === undefined) await client.create(bindingMap(sync, sync.path, uid, namespace));
}
