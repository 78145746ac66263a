import { dump } from 'js-yaml';
import { agentDefinitions } from '../../src/install/crds';
import { type PolicyRule, type Purpose, RIGHTS, type Right } from '../../src/install/rights';
import { aggregationLabels, USER_ROLES, type UserRole, userRules } from '../../src/install/user-roles';
import { kinds } from '../../src/model/kinds';
import { GENERATED } from './values-yaml';

/** When a right is granted, in the words of the chart. */
const CONDITIONS: Readonly<Record<Purpose, string | undefined>> = {
  agent: undefined,
  sync: '.Values.git.url',
  imageAutomation: '.Values.features.imageAutomation',
  sealedSecrets: '.Values.features.sealedSecrets',
  takeOver: 'and .Values.features.sealedSecrets .Values.sealedSecrets.takeOver',
  notifications: '.Values.features.notifications',
  applyAs: '.Values.applyAs',
};

const LABELS = `  labels:
    {{- include "fairlead-agent.labels" . | nindent 4 }}
`;

const SUBJECTS = `subjects:
  - kind: ServiceAccount
    name: {{ include "fairlead-agent.serviceAccountName" . }}
    namespace: {{ .Release.Namespace }}
`;

const NAME = '{{ include "fairlead-agent.fullname" . }}';
const NAMESPACE = '  namespace: {{ .Release.Namespace }}\n';

/** Roles and bindings, rule by rule with its reason. */
export function rbacTemplate(): string {
  const documents = [
    `${head('ClusterRole', NAME)}rules:\n${rules('cluster')}`,
    `${head('ClusterRoleBinding', NAME)}${roleRef('ClusterRole', NAME)}${SUBJECTS}`,
    `${head('Role', NAME, NAMESPACE)}rules:\n${rules('namespace')}`,
    `${head('RoleBinding', NAME, NAMESPACE)}${roleRef('Role', NAME)}${SUBJECTS}`,
  ];
  const apply = `{{- if not .Values.applyAs }}
---
# What is applied may be anything, where nobody said as whom.
${head('ClusterRoleBinding', `${NAME}-apply`)}${roleRef('ClusterRole', 'cluster-admin')}${SUBJECTS}{{- end }}
`;
  const agent = `${documents.join('---\n')}${apply}`;
  const users = USER_ROLES.map(userRole).join('');
  return `{{- /* ${GENERATED} From src/install/rights.ts and user-roles.ts. */ -}}\n{{- if .Values.rbac.create }}\n${agent}${users}{{- end }}\n`;
}

function head(kind: string, name: string, namespace = ''): string {
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace}${LABELS}`;
}

function roleRef(kind: string, name: string): string {
  return `roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ${kind}\n  name: ${name}\n`;
}

function userRole(role: UserRole): string {
  const { group } = kinds.SealedSecret;
  const labels = dump(aggregationLabels(role), { quotingType: '"' }).replace(/^(?=.)/gm, '    ');
  const rules = userRules(role, agentDefinitions()).map((rule) =>
    rule.apiGroups.includes(group) ? `  {{- if ${CONDITIONS.sealedSecrets} }}\n${ruleText(rule)}  {{- end }}\n` : ruleText(rule),
  );
  const text = `---\n${head('ClusterRole', `${NAME}-${role.suffix}`)}${labels}rules:\n${rules.join('')}`;
  return role.onlyWithApplyAs ? `{{- if ${CONDITIONS.applyAs} }}\n${text}{{- end }}\n` : text;
}

function ruleText(rule: PolicyRule): string {
  return dump([rule], { flowLevel: 2, quotingType: '"', lineWidth: -1 }).replace(/^(?=.)/gm, '  ');
}

/** Neighbours of one purpose share a condition. */
function rules(scope: Right['scope']): string {
  const rights = RIGHTS.filter((right) => right.scope === scope);
  return rights
    .map((right, at) => {
      const condition = CONDITIONS[right.purpose];
      const opens = condition !== undefined && rights[at - 1]?.purpose !== right.purpose;
      const closes = condition !== undefined && rights[at + 1]?.purpose !== right.purpose;
      return `${opens ? `  {{- if ${condition} }}\n` : ''}  # ${right.why}\n${ruleText(right.rule)}${closes ? '  {{- end }}\n' : ''}`;
    })
    .join('');
}
