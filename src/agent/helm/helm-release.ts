import type { HelmReleaseSpec } from '../../model/helm-release';
import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { Snapshot } from './history';

export type {
  ChartSpec,
  CrdPolicy,
  Dependency,
  DriftMode,
  HelmReleaseSpec,
  IgnoreRule,
  InstallOptions,
  ReleaseOptions,
  StepOptions,
  UpgradeOptions,
  ValuesReference,
} from '../../model/helm-release';

/** Flux's HelmRelease as far as it is read here. Absent fields mean what Flux means by them. */
export interface HelmRelease extends Reconciled {
  readonly spec: HelmReleaseSpec;
  readonly status?: HelmReleaseStatus;
}

export interface HelmReleaseStatus extends ReconciledStatus {
  readonly history?: readonly Snapshot[];
  readonly storageNamespace?: string;
  /** `namespace/name` of the HelmChart that Flux made for it. */
  readonly helmChart?: string;
  readonly failures?: number;
  readonly installFailures?: number;
  readonly upgradeFailures?: number;
  readonly lastAttemptedGeneration?: number;
  readonly lastAttemptedRevision?: string;
  readonly lastAttemptedRevisionDigest?: string;
  readonly lastAttemptedConfigDigest?: string;
  readonly lastAttemptedReleaseAction?: 'install' | 'upgrade';
  readonly lastHandledForceAt?: string;
  readonly lastHandledResetAt?: string;
}
