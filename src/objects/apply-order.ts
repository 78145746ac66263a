import type { ObjectId } from '../model/object';

/**
 * Flux's order of kinds, so that an object comes after what it refers to.
 * @see https://github.com/fluxcd/pkg/blob/main/ssa/sort.go
 */
const FIRST = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const RANKS: ReadonlyMap<string, number> = new Map([
  ...FIRST.map((kind, index) => [kind, index - FIRST.length] as const),
  ...LAST.map((kind, index) => [kind, index + 1] as const),
]);

type Identified = Pick<ObjectId, 'group' | 'kind' | 'namespace' | 'name'>;

/** Where a kind stands in the order: negative before, positive after the kinds that are not listed (0). */
export function applyRank(kind: string): number {
  return RANKS.get(kind) ?? 0;
}

/** For `sort`. Ties go by group, kind, namespace and name. */
export function byApplyOrder(a: Identified, b: Identified): number {
  return (
    applyRank(a.kind) - applyRank(b.kind) ||
    compare(a.group, b.group) ||
    compare(a.kind, b.kind) ||
    compare(a.namespace, b.namespace) ||
    compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Flux's stages, each waited for before the next: what others live in or are made of (CustomResourceDefinitions, Namespaces,
 * ClusterRoles), then kinds ending in `Class`, then the rest.
 */
export function stageOf(id: Pick<ObjectId, 'group' | 'version' | 'kind'>): 0 | 1 | 2 {
  if (id.group === 'apiextensions.k8s.io' && id.kind === 'CustomResourceDefinition') return 0;
  if (id.group === '' && id.kind === 'Namespace') return 0;
  if (id.group === 'rbac.authorization.k8s.io' && id.kind === 'ClusterRole') return 0;
  return id.kind.endsWith('Class') ? 1 : 2;
}

/** Objects cut where their kind's rank changes: those of one group may go at once, group after group. Sorted first. */
export function rankGroups<T extends Identified>(objects: readonly T[]): T[][] {
  return groupsOf([...objects].sort(byApplyOrder), (object) => applyRank(object.kind));
}

/** Objects in the order given, cut where the kind changes. */
export function kindRuns<T extends Identified>(objects: readonly T[]): T[][] {
  return groupsOf(objects, (object) => `${object.group}/${object.kind}`);
}

function groupsOf<T>(objects: readonly T[], keyOf: (object: T) => unknown): T[][] {
  const groups: T[][] = [];
  let last: unknown;
  for (const object of objects) {
    const key = keyOf(object);
    if (groups.length === 0 || key !== last) groups.push([]);
    groups[groups.length - 1].push(object);
    last = key;
  }
  return groups;
}
