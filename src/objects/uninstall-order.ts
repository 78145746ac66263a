import type { ObjectId } from '../model/object';

/**
 * In which order Helm deletes a release's objects. Kinds not listed go last, by name; equal kinds keep their order.
 * @see https://github.com/helm/helm/blob/v4.2.4/pkg/release/v1/util/kind_sorter.go
 */
const UNINSTALL_ORDER = [
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'Ingress',
  'IngressClass',
  'Service',
  'CronJob',
  'Job',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'DaemonSet',
  'RoleBindingList',
  'RoleBinding',
  'RoleList',
  'Role',
  'ClusterRoleBindingList',
  'ClusterRoleBinding',
  'ClusterRoleList',
  'ClusterRole',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'ConfigMap',
  'SecretList',
  'Secret',
  'ServiceAccount',
  'PodDisruptionBudget',
  'PodSecurityPolicy',
  'LimitRange',
  'ResourceQuota',
  'NetworkPolicy',
  'Namespace',
  'PriorityClass',
];

const RANKS: ReadonlyMap<string, number> = new Map(UNINSTALL_ORDER.map((kind, index) => [kind, index]));

/** For a stable `sort` of a release's objects before they are deleted. */
export function byUninstallOrder(a: Pick<ObjectId, 'kind'>, b: Pick<ObjectId, 'kind'>): number {
  const [first, second] = [RANKS.get(a.kind), RANKS.get(b.kind)];
  if (first === undefined && second === undefined) return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
  return (first ?? UNINSTALL_ORDER.length) - (second ?? UNINSTALL_ORDER.length);
}
