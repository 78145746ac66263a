/** A condition as in `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

/** @see https://github.com/fluxcd/pkg/tree/main/apis/meta */
export const conditionTypes = {
  ready: 'Ready',
  reconciling: 'Reconciling',
  stalled: 'Stalled',
  healthy: 'Healthy',
  artifactInStorage: 'ArtifactInStorage',
  released: 'Released',
  remediated: 'Remediated',
  drifted: 'Drifted',
  /** Of SealedSecrets, which have no Ready. */
  synced: 'Synced',
  /** Ours: a deletion that was refused, with its plan. Flux's controllers leave conditions of other types alone. */
  deletionPlan: 'fairlead.dev/DeletionPlan',
  /** Ours: people suspended the object for a while, see `suspension.ts`. */
  suspended: 'fairlead.dev/Suspended',
} as const;

/** Reasons Flux writes; alerts and people filter by them. */
export const reasons = {
  succeeded: 'Succeeded',
  progressing: 'Progressing',
  progressingWithRetry: 'ProgressingWithRetry',
  dependencyNotReady: 'DependencyNotReady',
  artifactFailed: 'ArtifactFailed',
  reconciliationSucceeded: 'ReconciliationSucceeded',
  reconciliationFailed: 'ReconciliationFailed',
  buildFailed: 'BuildFailed',
  healthCheckFailed: 'HealthCheckFailed',
  pruneFailed: 'PruneFailed',
  pruneRefused: 'PruneRefused',
  gitOperationFailed: 'GitOperationFailed',
  authenticationFailed: 'AuthenticationFailed',
  installSucceeded: 'InstallSucceeded',
  installFailed: 'InstallFailed',
  upgradeSucceeded: 'UpgradeSucceeded',
  upgradeFailed: 'UpgradeFailed',
  rollbackSucceeded: 'RollbackSucceeded',
  rollbackFailed: 'RollbackFailed',
  uninstallSucceeded: 'UninstallSucceeded',
  uninstallFailed: 'UninstallFailed',
  driftDetected: 'DriftDetected',
  driftCorrected: 'DriftCorrected',
} as const;
