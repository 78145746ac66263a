/** Spec of Flux's HelmRelease as far as it is read. Absent fields mean what Flux means by them. @see https://fluxcd.io/flux/components/helm/helmreleases/ */
export interface HelmReleaseSpec {
  readonly chart?: { readonly spec: ChartSpec };
  readonly chartRef?: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly interval: string;
  readonly suspend?: boolean;
  readonly releaseName?: string;
  readonly targetNamespace?: string;
  readonly storageNamespace?: string;
  readonly dependsOn?: readonly Dependency[];
  readonly timeout?: string;
  readonly maxHistory?: number;
  readonly serviceAccountName?: string;
  readonly kubeConfig?: { readonly secretRef?: { readonly name: string; readonly key?: string }; readonly configMapRef?: object };
  readonly values?: unknown;
  readonly valuesFrom?: readonly ValuesReference[];
  readonly commonMetadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly postRenderers?: readonly unknown[];
  readonly postRenderStrategy?: 'combined' | 'separate' | 'nohooks';
  readonly driftDetection?: { readonly mode?: DriftMode; readonly ignore?: readonly IgnoreRule[] };
  readonly install?: InstallOptions;
  readonly upgrade?: UpgradeOptions;
  readonly rollback?: StepOptions & { readonly force?: boolean };
  readonly uninstall?: Pick<StepOptions, 'timeout' | 'disableHooks' | 'disableWait'> & {
    readonly keepHistory?: boolean;
    readonly deletionPropagation?: 'background' | 'foreground' | 'orphan';
  };
}

export interface ChartSpec {
  /** Path of the chart in the source, or its name in a repository. */
  readonly chart: string;
  readonly version?: string;
  readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly reconcileStrategy?: string;
  readonly verify?: object;
  readonly valuesFiles?: readonly string[];
  readonly ignoreMissingValuesFiles?: boolean;
}

export interface Dependency {
  readonly name: string;
  readonly namespace?: string;
  readonly readyExpr?: string;
}

export interface ValuesReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly valuesKey?: string;
  readonly targetPath?: string;
  readonly optional?: boolean;
  readonly literal?: boolean;
}

export type DriftMode = 'enabled' | 'warn' | 'disabled';

export interface IgnoreRule {
  /** JSON pointers. */
  readonly paths: readonly string[];
  readonly target?: {
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly labelSelector?: string;
    readonly annotationSelector?: string;
  };
}

export type CrdPolicy = 'Skip' | 'Create' | 'CreateReplace';

/** What installing, upgrading and rolling back have in common. */
export interface StepOptions {
  readonly timeout?: string;
  readonly disableWait?: boolean;
  readonly disableWaitForJobs?: boolean;
  readonly disableHooks?: boolean;
}

export interface ReleaseOptions extends StepOptions {
  readonly crds?: CrdPolicy;
  readonly disableTakeOwnership?: boolean;
  readonly disableSchemaValidation?: boolean;
  readonly strategy?: { readonly name: 'RemediateOnFailure' | 'RetryOnFailure'; readonly retryInterval?: string };
}

export interface InstallOptions extends ReleaseOptions {
  readonly createNamespace?: boolean;
  readonly skipCRDs?: boolean;
  readonly remediation?: { readonly retries?: number; readonly remediateLastFailure?: boolean };
}

export interface UpgradeOptions extends ReleaseOptions {
  readonly force?: boolean;
  readonly preserveValues?: boolean;
  readonly chartNameChangeStrategy?: 'Reinstall' | 'InPlaceUpdate';
  readonly remediation?: { readonly retries?: number; readonly remediateLastFailure?: boolean; readonly strategy?: 'rollback' | 'uninstall' };
}
