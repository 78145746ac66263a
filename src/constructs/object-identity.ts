import type { ApiObject } from 'cdk8s';
import { type ObjectId, splitApiVersion } from '../model/object';
import { Platform } from './platform';

/** What an object will be in the cluster. What is in no namespace has none, whatever cdk8s stamped on it. */
export function identityOf(object: ApiObject): ObjectId {
  const { kind, name, metadata } = object;
  const namespace = Platform.of(object)._clusterScopedKinds.has(object) ? '' : (metadata.namespace ?? '');
  return { ...splitApiVersion(object.apiVersion), kind, namespace, name };
}
