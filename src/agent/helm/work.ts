import { parseDuration } from '../../common/go-duration';
import { type ObjectId, splitApiVersion } from '../../model/object';
import type { ReleaseTarget } from '../../objects/release-target';
import type { Engine } from '../../render/types';
import type { ReconcileContext, Ref, TargetCluster } from '../runtime/types';
import type { HelmRelease, StepOptions } from './helm-release';
import type { ReleaseStorage } from './storage';

/** Everything a step on one release needs: which release, in which cluster, and whose reconcile it is. */
export interface Work {
  readonly object: HelmRelease;
  readonly owner: Ref;
  readonly target: ReleaseTarget;
  readonly cluster: TargetCluster;
  readonly storage: ReleaseStorage;
  readonly engine: Engine;
  readonly context: ReconcileContext;
}

const DEFAULT_TIMEOUT = '5m';

/** A step's own timeout, or the release's. @default 5m */
export function timeoutMs(object: HelmRelease, options?: Pick<StepOptions, 'timeout'>): number {
  return durationMs(options?.timeout ?? object.spec.timeout ?? DEFAULT_TIMEOUT);
}

/** The CRD lets nothing through that is no duration. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Where an object really is: Helm's manifests leave the release's namespace out. Kinds the cluster does not know (any more) are taken as they are. */
export async function placed<T extends ObjectId>(work: Work, object: T): Promise<T> {
  if (object.namespace !== '') return object;
  const resource = await work.cluster.client.resource(object);
  return resource?.namespaced ? { ...object, namespace: work.target.namespace } : object;
}

export function namespaceId(name: string): ObjectId {
  return { ...splitApiVersion('v1'), kind: 'Namespace', namespace: '', name };
}
