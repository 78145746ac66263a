import type { KubeObject } from '../../model/object';

/** Resource versions are opaque by contract and etcd revisions in practice: numbers that grow. 0 where it is none. */
export function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion);
  return Number.isSafeInteger(version) ? version : 0;
}
