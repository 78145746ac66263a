import type { KubeObject } from '../model/object';
import { agentDefinitions, type Definition } from './crds';
import { commonLabels } from './labels';
import type { PolicyRule } from './rights';
import type { AgentSettings } from './settings';

/** What Kubernetes adds to its own roles, so that who may see or change a namespace may do so with the agent's kinds in it. */
export interface UserRole {
  /** What it is called after the agent. */
  readonly suffix: string;
  /** Roles of Kubernetes that it becomes part of. */
  readonly partOf: readonly ('view' | 'edit' | 'admin')[];
  readonly verbs: readonly string[];
  /** It is safe only where what people write is applied as an account of their own namespace: else whoever writes a Kustomization is cluster-admin. */
  readonly onlyWithApplyAs: boolean;
}

/**
 * As Flux has them, but for rights that lead to all others. Status is nobody's to change but the agent's, since it deletes by the inventory in there.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export const USER_ROLES: readonly UserRole[] = [
  { suffix: 'view', partOf: ['view', 'edit', 'admin'], verbs: ['get', 'list', 'watch'], onlyWithApplyAs: false },
  { suffix: 'edit', partOf: ['edit', 'admin'], verbs: ['create', 'delete', 'deletecollection', 'patch', 'update'], onlyWithApplyAs: true },
];

/** Roles of people: no binding of ours names them. */
export function userRoles(settings: AgentSettings): KubeObject[] {
  return USER_ROLES.filter(({ onlyWithApplyAs }) => !onlyWithApplyAs || settings.applyAs !== undefined).map((role) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `${settings.name}-${role.suffix}`, labels: { ...commonLabels(settings), ...aggregationLabels(role) } },
    rules: userRules(role, agentDefinitions(settings.features)),
  }));
}

export function aggregationLabels({ partOf }: UserRole): Readonly<Record<string, string>> {
  return Object.fromEntries(partOf.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']));
}

/** One rule a group of kinds. */
export function userRules({ verbs }: UserRole, definitions: readonly Definition[]): PolicyRule[] {
  const groups = new Set(definitions.map(({ group }) => group));
  return [...groups].map((group) => ({
    apiGroups: [group],
    resources: definitions.filter((one) => one.group === group).map(({ plural }) => plural),
    verbs,
  }));
}
