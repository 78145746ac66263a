import type { GroupVersionKind } from '../../kube/types';
import { kinds } from '../../model/kinds';

/** Kinds that say of themselves whether they are ready. */
export const RECONCILED: readonly GroupVersionKind[] = Object.values(kinds);

export const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' } as const;
export const REPLICA_SET = { group: 'apps', version: 'v1', kind: 'ReplicaSet' } as const;
export const POD = { group: '', version: 'v1', kind: 'Pod' } as const;
const JOB = { group: 'batch', version: 'v1', kind: 'Job' } as const;
export const EVENT = { group: '', version: 'v1', kind: 'Event' } as const;
export const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' } as const;
export const LEASE = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' } as const;

/** Kinds that have Pods. */
export const WORKLOADS: readonly GroupVersionKind[] = [
  DEPLOYMENT,
  { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  { group: 'apps', version: 'v1', kind: 'DaemonSet' },
  JOB,
];

export function isWorkload(kind: string): boolean {
  return WORKLOADS.some((workload) => workload.kind === kind);
}

export function isReconciled(kind: string): boolean {
  return RECONCILED.some((reconciled) => reconciled.kind === kind);
}
