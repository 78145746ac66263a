import type { ApiObject, IResolver, ResolutionContext } from 'cdk8s';

const EVERY = '*';

/** `*` stands for every kind of a group. */
const KNOWN: { readonly [group: string]: readonly string[] } = {
  core: ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
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
  'core',
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

/** Keeps namespaces off objects that are in none: cdk8s stamps that of the chart on everything. */
export class ClusterScopedKinds implements IResolver {
  private readonly more: ReadonlySet<string>;

  /** @param more kinds besides the known ones, as `group/Kind` */
  constructor(more: readonly string[] = []) {
    this.more = new Set(more);
  }

  has({ apiGroup, kind }: ApiObject): boolean {
    const known = KNOWN[apiGroup] ?? [];
    return known.includes(kind) || known[0] === EVERY || this.more.has(`${apiGroup}/${kind}`);
  }

  /** Whether a kind is known to be in a namespace. Of other custom resources only the cluster knows. */
  needsNamespace(object: ApiObject): boolean {
    return NAMESPACED.has(object.apiGroup) && !this.has(object) && !object.kind.endsWith('List');
  }

  resolve(context: ResolutionContext): void {
    // Metadata is resolved by itself, before the rest.
    if (context.key.length === 1 && context.key[0] === 'namespace' && this.has(context.obj)) context.replaceValue(undefined);
  }
}
