import type { KubeObject } from '../model/object';
import { deployment } from './deployment';
import { commonLabels, selectorLabels } from './labels';
import { networkPolicy, service } from './network';
import { rbacObjects } from './rbac';
import { type AgentSettings, settingsOf } from './settings';
import type { AgentInstallation } from './types';

/** The agent as objects of a cluster, in the order they are applied in. The same installation gives the same objects. CRDs are not among them. */
export function agentObjects(installation: AgentInstallation): readonly KubeObject[] {
  const settings = settingsOf(installation);
  const { replicas, priorityClassName, sync, serviceMonitor } = settings;
  return [
    ...(isSystem(settings.namespace) ? [] : [namespace(settings)]),
    ...(priorityClassName.startsWith('system-') ? [criticalPods(settings)] : []),
    ...rbacObjects(settings),
    ...(sync?.knownHosts === undefined ? [] : [knownHosts(settings, sync.knownHosts)]),
    service(settings),
    ...(settings.networkPolicy ? [networkPolicy(settings)] : []),
    ...(replicas > 1 ? [disruptionBudget(settings)] : []),
    deployment(settings),
    ...(serviceMonitor ? [monitor(settings)] : []),
  ];
}

/** Kubernetes' own namespaces hold what is privileged, and are nobody's to label. */
function isSystem(namespace: string): boolean {
  return namespace === 'default' || namespace.startsWith('kube-');
}

/** Nothing in it may be more privileged than the agent. */
function namespace(settings: AgentSettings): KubeObject {
  const restricted = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted'] as const);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: settings.namespace, labels: { ...commonLabels(settings), ...Object.fromEntries(restricted) } },
  };
}

/** Clusters such as GKE's admit system priorities only where a quota allows for them. */
function criticalPods(settings: AgentSettings): KubeObject {
  const { name, namespace, priorityClassName } = settings;
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: `${name}-critical-pods`, namespace, labels: commonLabels(settings) },
    spec: {
      hard: { pods: '100' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [priorityClassName] }] },
    },
  };
}

function knownHosts(settings: AgentSettings, text: string): KubeObject {
  const { name, namespace } = settings;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-known-hosts`, namespace, labels: commonLabels(settings) },
    data: { known_hosts: text },
  };
}

function disruptionBudget(settings: AgentSettings): KubeObject {
  const { name, namespace } = settings;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace, labels: commonLabels(settings) },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(settings) } },
  };
}

function monitor(settings: AgentSettings): KubeObject {
  const { name, namespace } = settings;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name, namespace, labels: commonLabels(settings) },
    spec: { selector: { matchLabels: selectorLabels(settings) }, endpoints: [{ port: 'http-metrics' }] },
  };
}
