import type { FairleadError } from '../common/errors';
import type { HelmRelease } from './helm-release';

/** How a HelmRelease's spec names its chart. */
export interface ChartFields {
  readonly chart?: { readonly spec: { readonly [field: string]: unknown } };
  readonly chartRef?: { readonly kind: string; readonly name: string; readonly namespace?: string };
}

/** How a release says which chart it is of. */
export interface BoundChart {
  readonly spec: ChartFields;

  /** @default - none */
  readonly annotations?: { readonly [key: string]: string };
}

/** What a kind of chart source means for a release that uses it. */
export interface ChartBinding {
  /** Makes what the release needs besides itself, and tells how to name the chart. Called once for each release. */
  bind(release: HelmRelease): BoundChart;

  /** What is wrong about it. */
  problems(release: HelmRelease): readonly FairleadError[];
}
