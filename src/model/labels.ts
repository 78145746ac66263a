/**
 * Labels, annotations, finalizers and field managers, exactly as Flux and Helm write them, so that either
 * can take over from the agent with nothing lost. Ours begin with `fairlead.dev/`.
 */
export const labels = {
  kustomizeName: 'kustomize.toolkit.fluxcd.io/name',
  kustomizeNamespace: 'kustomize.toolkit.fluxcd.io/namespace',
  helmName: 'helm.toolkit.fluxcd.io/name',
  helmNamespace: 'helm.toolkit.fluxcd.io/namespace',
  managedBy: 'app.kubernetes.io/managed-by',
  /** On Helm's storage Secrets: what a revision was made of, so that the no-op check reads metadata alone. At most 63 characters each. */
  releaseChart: 'fairlead.dev/chart',
  releaseConfig: 'fairlead.dev/config',
  /** The revision the two above describe. Helm copies labels to the revisions it makes by hand: there it differs from the revision's own number. */
  releaseRevision: 'fairlead.dev/revision',
  /** On a revision that is being uninstalled: by this agent, and not by Helm's own command. */
  releaseEnding: 'fairlead.dev/ending',
  /**
   * On an ImagePolicy: name of the ImageUpdateAutomation that edits what it chooses, or that name with `DERIVED` after it where a value
   * is computed from the version, so that only a new synth can carry it on. Flux's selector matches the first alone.
   */
  automation: 'fairlead.dev/automation',
  /** On a Secret of the keys' namespace: `active` makes it a key that SealedSecrets are opened with, any other value puts it out of use. */
  sealingKey: 'sealedsecrets.bitnami.com/sealed-secrets-key',
  /** On a Namespace: the team it belongs to. */
  owner: 'fairlead.dev/owner',
} as const;

export const annotations = {
  requestedAt: 'reconcile.fluxcd.io/requestedAt',
  forceAt: 'reconcile.fluxcd.io/forceAt',
  resetAt: 'reconcile.fluxcd.io/resetAt',
  /** `disabled` on an object: never pruned. As a label too. */
  prune: 'kustomize.toolkit.fluxcd.io/prune',
  /** `disabled` on an object: left alone wholly. */
  reconcile: 'kustomize.toolkit.fluxcd.io/reconcile',
  /** `Override` (default), `Merge`, `IfNotPresent`, `Ignore`. */
  ssa: 'kustomize.toolkit.fluxcd.io/ssa',
  /** `Enabled`: delete and create again when a field is immutable. */
  force: 'kustomize.toolkit.fluxcd.io/force',
  helmReleaseName: 'meta.helm.sh/release-name',
  helmReleaseNamespace: 'meta.helm.sh/release-namespace',
  /** How many objects one revision may delete without a confirmation. Absent: as many as it likes, as in Flux. */
  deletionBudget: 'fairlead.dev/deletion-budget',
  /** Set to the digest of a refused deletion plan: allows exactly that list, once. */
  confirmDeletion: 'fairlead.dev/confirm-deletion',
  /** `atomic`: nothing of a revision is applied unless all of it can be. */
  apply: 'fairlead.dev/apply',
  /** Waits for objects of any kind: `Kind/namespace/name,...`, beside Flux's `spec.dependsOn`, which names its own kind only. */
  dependsOn: 'fairlead.dev/depends-on',
  /** On an ImagePolicy: the real rule, an `ImageRule` as JSON, where Flux's fields cannot say it. Those then match no tag at all. */
  imageRule: 'fairlead.dev/image-rule',
  /** On an ImagePolicy: the chart whose versions it chooses from, `HelmRepository/<namespace>/<name>/<chart>`. There is no ImageRepository then. */
  chart: 'fairlead.dev/chart',
  /** On an ImageUpdateAutomation: folders it may edit, from the root of the repository, comma-separated, within `spec.update.path`. */
  updatePaths: 'fairlead.dev/update-paths',
  /** On a HelmRepository: where laptops and CI read it, which cannot reach the address in its spec. */
  clientUrl: 'fairlead.dev/client-url',
  /** On a HelmRelease or HelmChart: digest its chart's archive must have. */
  chartDigest: 'fairlead.dev/chart-digest',
  /** `"true"` on a SealedSecret: its values open under any name in its namespace. */
  sealedNamespaceWide: 'sealedsecrets.bitnami.com/namespace-wide',
  /** `"true"` on a SealedSecret: its values open anywhere in the cluster. */
  sealedClusterWide: 'sealedsecrets.bitnami.com/cluster-wide',
  /** `"true"` on a Secret: a SealedSecret of its name may take it over. */
  sealedManaged: 'sealedsecrets.bitnami.com/managed',
  /** `"true"` on a Secret: a SealedSecret of its name may add to it. */
  sealedPatch: 'sealedsecrets.bitnami.com/patch',
  /** `"true"` in the template of a SealedSecret: its Secret stays when the SealedSecret goes. */
  sealedSkipOwner: 'sealedsecrets.bitnami.com/skip-set-owner-references',
  /** On a SealedSecret: the key each of its values was sealed for, see `sealed-with.ts`. */
  sealedWith: 'fairlead.dev/sealed-with',
  /** On the Secret of a SealedSecret: digest of what it was unsealed from. */
  unsealedFrom: 'fairlead.dev/unsealed-from',
  /** On a sealing key: when it was last saved outside of the cluster. */
  backedUpAt: 'fairlead.dev/backed-up-at',
  /** On the root Kustomization of a cluster: version of Kubernetes its manifests are written for, such as `1.36`. */
  kubernetesVersion: 'fairlead.dev/kubernetes-version',
  /** On the root Kustomization of a cluster: UID of the one cluster that may apply it, see `cluster-binding.ts`. */
  clusterUid: 'fairlead.dev/cluster-uid',
  /** `keep` on an object of a release: never deleted with it. */
  helmResourcePolicy: 'helm.sh/resource-policy',
  /** `disabled` on an object of a release: its drift is not looked at. As a label too. */
  helmDriftDetection: 'helm.toolkit.fluxcd.io/driftDetection',
} as const;

/** After the name of an automation in the label of a policy, see `labels.automation`. */
export const DERIVED = '.derived';

/** The finalizer every Flux controller uses. */
export const FINALIZER = 'finalizers.fluxcd.io';

/** Owners of fields in server-side apply. Releases must use Helm's, or `helm rollback` by hand conflicts. */
export const fieldManagers = { kustomize: 'kustomize-controller', helm: 'helm', secrets: 'fairlead-unseal' } as const;

/** Namespace the sync objects and the agent live in, and where Flux's own leases are. */
export const DEFAULT_AGENT_NAMESPACE = 'flux-system';
