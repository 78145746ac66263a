import type { Construct } from 'constructs';
import type { FairleadError } from '../common/errors';

/** How a HelmRelease's spec names its chart. */
export interface ChartFields {
  readonly chart?: { readonly spec: { readonly [field: string]: unknown } };
  readonly chartRef?: { readonly kind: string; readonly name: string; readonly namespace?: string };
}

/** What a kind of chart source means for a release that uses it. */
export interface ChartBinding {
  /** Makes what the release needs besides itself, and tells how to name the chart. Called once for each release. */
  bind(release: Construct): ChartFields;

  /** What is wrong about it. */
  problems(release: Construct): readonly FairleadError[];
}
