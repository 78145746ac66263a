import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { Artifact } from './git-repository';

/** Flux's HelmChart, as far as it is read. @see https://fluxcd.io/flux/components/source/helmcharts/ */
export interface HelmChart extends Reconciled {
  readonly spec: HelmChartSpec;
  readonly status?: HelmChartStatus;
}

export interface HelmChartSpec {
  /** Its name in a HelmRepository, its folder in a GitRepository. */
  readonly chart: string;
  /** A range, which counts in a HelmRepository. @default '*' */
  readonly version?: string;
  /** In its own namespace. */
  readonly sourceRef: { readonly kind: string; readonly name: string };
  readonly interval: string;
  readonly suspend?: boolean;
  readonly reconcileStrategy?: string;
  readonly valuesFiles?: readonly string[];
  readonly ignoreMissingValuesFiles?: boolean;
  readonly verify?: object;
}

export interface HelmChartStatus extends ReconciledStatus {
  /** `revision` is the chart's version. */
  readonly artifact?: Artifact;
  readonly observedChartName?: string;
  readonly observedSourceArtifactRevision?: string;
  readonly observedValuesFiles?: readonly string[];
}
