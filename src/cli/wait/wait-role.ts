import { BINDING } from '../../model/cluster-binding';
import type { KubeObject } from '../../model/object';
import { SUSPENSIONS } from '../../model/suspension';
import { AGENT_LEASE } from '../live/agent-lease';

/** Whom the Role is for, and what may be waited for. */
export interface WaitRole {
  readonly agentNamespace: string;
  /** Of the release. */
  readonly namespace: string;
  /** Service account that CI uses, in the release's namespace. @default 'fairlead-wait' */
  readonly serviceAccount?: string;
}

const READ = ['get', 'list', 'watch'];
const NAME = 'fairlead-wait';
const RBAC = 'rbac.authorization.k8s.io';

/** Exactly what `fairlead wait` reads, and nothing it could change: no Secret, no log. */
export function waitRole({ agentNamespace, namespace, serviceAccount = NAME }: WaitRole): KubeObject[] {
  const inAgentNamespace = [
    { apiGroups: ['source.toolkit.fluxcd.io'], resources: ['gitrepositories', 'ocirepositories', 'helmrepositories'], verbs: READ },
    { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: READ },
    { apiGroups: ['image.toolkit.fluxcd.io'], resources: ['imagerepositories', 'imagepolicies', 'imageupdateautomations'], verbs: READ },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [SUSPENSIONS, BINDING], verbs: READ },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [AGENT_LEASE], verbs: READ },
  ];
  const inNamespace = [
    { apiGroups: ['helm.toolkit.fluxcd.io'], resources: ['helmreleases'], verbs: READ },
    { apiGroups: ['bitnami.com'], resources: ['sealedsecrets'], verbs: READ },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], verbs: READ },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: READ },
    { apiGroups: [''], resources: ['pods'], verbs: READ },
  ];
  const account = { kind: 'ServiceAccount', namespace, name: serviceAccount };
  const places =
    agentNamespace === namespace
      ? [[namespace, [...inAgentNamespace, ...inNamespace]] as const]
      : [[agentNamespace, inAgentNamespace] as const, [namespace, inNamespace] as const];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } },
    ...places.flatMap(([place, rules]): KubeObject[] => {
      // Those who wait for several environments share what they read of the agent's namespace, and nothing else.
      const name = place === namespace ? NAME : `${NAME}-${namespace}`;
      return [
        { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name, namespace: place }, rules },
        {
          apiVersion: `${RBAC}/v1`,
          kind: 'RoleBinding',
          metadata: { name, namespace: place },
          roleRef: { apiGroup: RBAC, kind: 'Role', name },
          subjects: [account],
        },
      ];
    }),
  ];
}
