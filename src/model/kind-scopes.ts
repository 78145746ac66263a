import type { ObjectId } from './object';

const EVERY = '*';

/** `*` stands for every kind of a group. */
const CLUSTER_SCOPED: { readonly [group: string]: readonly string[] } = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [EVERY],
  'apiextensions.k8s.io': [EVERY],
  'apiregistration.k8s.io': [EVERY],
  'authentication.k8s.io': [EVERY],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'flowcontrol.apiserver.k8s.io': [EVERY],
  'gateway.networking.k8s.io': ['GatewayClass'],
  'internal.apiserver.k8s.io': [EVERY],
  'networking.k8s.io': ['IngressClass', 'IPAddress', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  'policy.networking.k8s.io': [EVERY],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'resource.k8s.io': ['DeviceClass', 'DeviceTaintRule', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'snapshot.storage.k8s.io': ['VolumeSnapshotClass', 'VolumeSnapshotContent'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
  'storagemigration.k8s.io': [EVERY],
  // Widespread operators.
  'cert-manager.io': ['ClusterIssuer'],
  'cilium.io': ['CiliumClusterwideNetworkPolicy', 'CiliumLoadBalancerIPPool', 'CiliumNode'],
  'constraints.gatekeeper.sh': [EVERY],
  'crd.projectcalico.org': ['GlobalNetworkPolicy', 'GlobalNetworkSet', 'IPPool'],
  'external-secrets.io': ['ClusterExternalSecret', 'ClusterPushSecret', 'ClusterSecretStore'],
  'generators.external-secrets.io': ['ClusterGenerator'],
  'karpenter.k8s.aws': [EVERY],
  'karpenter.sh': [EVERY],
  'keda.sh': ['ClusterTriggerAuthentication'],
  'kyverno.io': ['ClusterCleanupPolicy', 'ClusterPolicy'],
  'pkg.crossplane.io': [EVERY],
  'templates.gatekeeper.sh': [EVERY],
  'trust.cert-manager.io': ['Bundle'],
};

/** Groups of which every kind that is not above is in a namespace. */
const NAMESPACED = new Set([
  'apps',
  'autoscaling',
  'batch',
  'bitnami.com',
  'coordination.k8s.io',
  '',
  'discovery.k8s.io',
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'helm.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'networking.k8s.io',
  'notification.toolkit.fluxcd.io',
  'policy',
  'rbac.authorization.k8s.io',
  'source.toolkit.fluxcd.io',
  'storage.k8s.io',
]);

/** Whether a kind is known to be in no namespace. The core group is empty. */
export function isClusterScoped({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  const known = CLUSTER_SCOPED[group] ?? [];
  return known.includes(kind) || known[0] === EVERY;
}

/** Whether a kind is known to be in a namespace. Of other custom resources only the cluster, or a definition, knows. */
export function isNamespaced({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return NAMESPACED.has(group) && !isClusterScoped({ group, kind }) && !kind.endsWith('List');
}
