import type { KubeObject } from '../../src/model/object';
import { ADDRESS_ANNOTATION } from '../../src/testbed/kwok-stages';

/** Name of everything that Sealed Secrets installs, as kubeseal expects it. */
export const CONTROLLER_NAME = 'sealed-secrets-controller';
export const CONTROLLER_NAMESPACE = 'kube-system';
export const CONTROLLER_PORT = 8080;
export const CONTROLLER_METRICS_PORT = 8081;

/** The Pod stays until what runs behind it has ended, as a kubelet would see to. */
export const RUNNING_FINALIZER = 'testbed.fairlead.dev/running';

const namespace = CONTROLLER_NAMESPACE;
const metadata = { name: CONTROLLER_NAME, namespace };
const labels = { name: CONTROLLER_NAME };
const rbac = 'rbac.authorization.k8s.io';

function role(kind: 'Role' | 'ClusterRole', name: string, rules: readonly object[]): KubeObject {
  return { apiVersion: `${rbac}/v1`, kind, metadata: kind === 'Role' ? { name, namespace } : { name }, rules };
}

function bind(kind: 'Role' | 'ClusterRole', name: string, to: string, subject: object): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: kind === 'Role' ? { name, namespace } : { name },
    roleRef: { apiGroup: rbac, kind, name: to },
    subjects: [subject],
  };
}

const account = { kind: 'ServiceAccount', ...metadata };

/**
 * What a release of Sealed Secrets installs besides its definition.
 * @param ip of its Pod
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/v0.36.6/controller.jsonnet
 */
export function controllerManifests(ip: string): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    role('ClusterRole', 'secrets-unsealer', [
      { apiGroups: ['bitnami.com'], resources: ['sealedsecrets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['bitnami.com'], resources: ['sealedsecrets/status'], verbs: ['update'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    ]),
    bind('ClusterRole', CONTROLLER_NAME, 'secrets-unsealer', account),
    role('Role', 'sealed-secrets-key-admin', [{ apiGroups: [''], resources: ['secrets'], verbs: ['create', 'list'] }]),
    bind('Role', CONTROLLER_NAME, 'sealed-secrets-key-admin', account),
    ...serviceProxier(),
    deployment(ip),
    controllerService(namespace, labels),
  ];
}

/** Everybody with an identity may ask through the API server's service proxy. */
export function serviceProxier(): KubeObject[] {
  return [
    role('Role', 'sealed-secrets-service-proxier', [
      { apiGroups: [''], resources: ['services'], resourceNames: [CONTROLLER_NAME], verbs: ['get'] },
      {
        apiGroups: [''],
        resources: ['services/proxy'],
        resourceNames: [`http:${CONTROLLER_NAME}:`, `http:${CONTROLLER_NAME}:http`, CONTROLLER_NAME],
        verbs: ['create', 'get'],
      },
    ]),
    bind('Role', 'sealed-secrets-service-proxier', 'sealed-secrets-service-proxier', { kind: 'Group', apiGroup: rbac, name: 'system:authenticated' }),
  ];
}

/** What kubeseal looks for, in front of the Pods with these labels. */
export function controllerService(of: string, selector: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: CONTROLLER_NAME, namespace: of },
    spec: { selector, ports: [{ name: 'http', port: CONTROLLER_PORT, targetPort: CONTROLLER_PORT }] },
  };
}

function deployment(ip: string): KubeObject {
  const container = {
    name: CONTROLLER_NAME,
    image: 'docker.io/bitnami/sealed-secrets-controller:0.36.6',
    command: ['controller'],
    ports: [
      { name: 'http', containerPort: CONTROLLER_PORT },
      { name: 'metrics', containerPort: CONTROLLER_METRICS_PORT },
    ],
  };
  const template = {
    metadata: { labels, annotations: { [ADDRESS_ANNOTATION]: ip }, finalizers: [RUNNING_FINALIZER] },
    spec: { serviceAccountName: CONTROLLER_NAME, containers: [container] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, strategy: { type: 'Recreate' }, template },
  };
}
