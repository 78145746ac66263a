import { createHash } from 'node:crypto';
import type { KubeObject } from '../model/object';
import { agentArgs, KNOWN_HOSTS_FOLDER, ports } from './agent-args';
import { commonLabels, selectorLabels } from './labels';
import type { AgentSettings } from './settings';

/** Who the agent is in its container. */
const USER = 65532;

/** The agent itself: its next version takes over only once it is ready. */
export function deployment(settings: AgentSettings): KubeObject {
  const { name, namespace, replicas } = settings;
  const selector = { matchLabels: selectorLabels(settings) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: commonLabels(settings) },
    spec: {
      replicas,
      selector,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: { metadata: { labels: selectorLabels(settings), ...annotationsOf(settings) }, spec: podSpec(settings) },
    },
  };
}

/** Known hosts are read at the start: others make another Pod. */
function annotationsOf({ sync }: AgentSettings) {
  return sync?.knownHosts === undefined
    ? {}
    : { annotations: { 'checksum/known-hosts': createHash('sha256').update(sync.knownHosts).digest('hex') } };
}

function podSpec(settings: AgentSettings) {
  const { name, priorityClassName, nodeSelector, replicas, sync } = settings;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: true,
    ...(priorityClassName !== '' && { priorityClassName }),
    nodeSelector: { 'kubernetes.io/os': 'linux', ...nodeSelector },
    ...(replicas > 1 && { topologySpreadConstraints: [apart(settings)] }),
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(settings)],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      ...(sync?.knownHosts === undefined ? [] : [{ name: 'known-hosts', configMap: { name: `${name}-known-hosts` } }]),
    ],
  };
}

function container(settings: AgentSettings) {
  const { image, features, resources, sync } = settings;
  return {
    name: 'agent',
    image,
    args: agentArgs(settings),
    ports: [
      { name: 'http-metrics', containerPort: ports.metrics, protocol: 'TCP' },
      ...(features.sealedSecrets ? [{ name: 'sealed-secrets', containerPort: ports.sealedSecrets, protocol: 'TCP' }] : []),
    ],
    startupProbe: { httpGet: { path: '/healthz', port: 'http-metrics' }, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http-metrics' }, periodSeconds: 5, timeoutSeconds: 5 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http-metrics' }, periodSeconds: 20, timeoutSeconds: 10 },
    resources,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
      ...(sync?.knownHosts === undefined ? [] : [{ name: 'known-hosts', mountPath: KNOWN_HOSTS_FOLDER, readOnly: true }]),
    ],
  };
}

/** Standbys elsewhere than who leads, where the cluster has the room. */
function apart(settings: AgentSettings) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorLabels(settings) },
  };
}
