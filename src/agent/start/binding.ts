import { errors } from '../../common/errors';
import { publicUrl } from '../../git/url';
import { BINDING, type LiveBinding } from '../../model/cluster-binding';
import type { KubeObject } from '../../model/object';
import { syncFolderOf } from './sync-objects';
import type { SyncOptions } from './types';

export type BindingMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** The ConfigMap that says what a cluster follows. */
export function bindingMap({ url, branch, kustomizationName }: SyncOptions, path: string, uid: string, namespace: string): BindingMap {
  const data = { cluster: kustomizationName, uid, url: publicUrl(url), branch, path } satisfies LiveBinding;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: BINDING, namespace, labels: { 'app.kubernetes.io/managed-by': 'fairlead' } },
    data,
  };
}

/** Throws where a cluster follows something else than it is now told to: `ClusterBoundElsewhere`. */
export function refuseOther(map: BindingMap | undefined, { url, path }: SyncOptions, uid: string): void {
  if (map === undefined) return;
  const bound = map.data ?? {};
  const where = `${map.metadata.namespace}/${BINDING}`;
  const refuse = (wanted: string, found: string) => {
    throw errors.ClusterBoundElsewhere({ wanted, found, configMap: where });
  };
  if (bound.uid !== undefined && bound.uid !== uid) refuse(`cluster ${uid}`, `cluster ${bound.uid}, of which it is a copy`);
  if (bound.url !== undefined && sameUrl(bound.url) !== sameUrl(url)) refuse(publicUrl(url), bound.url);
  if (bound.path !== undefined && bound.path !== path && bound.path !== syncFolderOf(path)) refuse(`folder ${path}`, `folder ${bound.path}`);
}

function sameUrl(url: string): string {
  return publicUrl(url)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}
