import type { KubeObject } from '../model/object';
import { commonLabels } from './labels';
import { isNeeded, type PolicyRule, RIGHTS, type Right } from './rights';
import type { AgentSettings } from './settings';
import { userRoles } from './user-roles';

const GROUP = 'rbac.authorization.k8s.io';
const API_VERSION = `${GROUP}/v1`;

/** The agent's service account and what it may do, and what people may do with its kinds. */
export function rbacObjects(settings: AgentSettings): KubeObject[] {
  const { name, namespace, applyAs } = settings;
  const labels = commonLabels(settings);
  const here = { name, namespace, labels };
  const everywhere = { name, labels };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: here, automountServiceAccountToken: false },
    { apiVersion: API_VERSION, kind: 'ClusterRole', metadata: everywhere, rules: rulesOf(settings, 'cluster') },
    { apiVersion: API_VERSION, kind: 'ClusterRoleBinding', metadata: everywhere, roleRef: roleRef('ClusterRole', name), subjects },
    { apiVersion: API_VERSION, kind: 'Role', metadata: here, rules: rulesOf(settings, 'namespace') },
    { apiVersion: API_VERSION, kind: 'RoleBinding', metadata: here, roleRef: roleRef('Role', name), subjects },
    ...(applyAs === undefined
      ? [
          {
            apiVersion: API_VERSION,
            kind: 'ClusterRoleBinding',
            metadata: { name: `${name}-apply`, labels },
            roleRef: roleRef('ClusterRole', 'cluster-admin'),
            subjects,
          },
        ]
      : []),
    ...userRoles(settings),
  ];
}

function rulesOf(settings: AgentSettings, scope: Right['scope']): PolicyRule[] {
  return RIGHTS.filter((right) => right.scope === scope && isNeeded(right, settings)).map(({ rule }) => rule);
}

function roleRef(kind: string, name: string) {
  return { apiGroup: GROUP, kind, name };
}
