import { errors } from '../common/errors';
import type { ChartSpec, HelmReleaseSpec } from '../model/helm-release';
import { annotations } from '../model/labels';
import type { ObjectMeta } from '../model/object';
import type { SourceRef } from '../model/source-ref';

/** Where a release's chart is. */
export interface ChartPlace {
  /** What the release names: its changes are news, and without it there is nothing. */
  readonly named: SourceRef;
  /** Where the chart is read. Undefined while `named` does not say yet. */
  readonly source?: SourceRef;
  /** Folder of the chart, or of a HelmRepository `<chart>@<range of versions>`. */
  readonly path: string;
  /** In this order, instead of the chart's own. */
  readonly valuesFiles: readonly string[];
  readonly ignoreMissingValuesFiles: boolean;
  /** Digest the chart must have, as it was published. */
  readonly digest?: string;
}

/** A HelmChart that a release names, at the version that is meant. */
export interface NamedChart {
  readonly spec: Omit<ChartSpec, 'sourceRef'> & { readonly sourceRef: { readonly kind: string; readonly name: string } };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly version?: string;
}

const CHART_SOURCES = ['GitRepository', 'HelmRepository'];

/**
 * @param chartAt the HelmChart of a reference; undefined while it does not say what it is
 * @throws ChartSourceUnsupported
 */
export function chartPlace(
  { metadata, spec }: { readonly metadata: ObjectMeta; readonly spec: HelmReleaseSpec },
  chartAt: (ref: SourceRef) => NamedChart | undefined,
): ChartPlace {
  const { chart, chartRef } = spec;
  const namespace = metadata.namespace ?? '';
  const digest = metadata.annotations?.[annotations.chartDigest] || undefined;
  if (chart !== undefined) {
    const place = placeOf(chart.spec, namespace);
    return { ...place, named: place.source, digest };
  }
  const named = { kind: chartRef?.kind ?? 'chartRef', name: chartRef?.name ?? '', namespace: chartRef?.namespace ?? namespace };
  if (named.kind === 'OCIRepository') return { named, source: named, path: '.', valuesFiles: [], ignoreMissingValuesFiles: false, digest };
  if (named.kind !== 'HelmChart') throw errors.ChartSourceUnsupported({ kind: named.kind });
  const found = chartAt(named);
  if (found === undefined) return { named, path: '', valuesFiles: [], ignoreMissingValuesFiles: false };
  const place = placeOf(found.spec, named.namespace, found.version);
  return { ...place, named, digest: digest ?? found.annotations?.[annotations.chartDigest] };
}

function placeOf(spec: ChartSpec, namespace: string, version = spec.version) {
  const { kind, name } = spec.sourceRef;
  if (!CHART_SOURCES.includes(kind)) throw errors.ChartSourceUnsupported({ kind });
  const path = kind === 'HelmRepository' ? `${spec.chart}@${version ?? '*'}` : spec.chart;
  const { valuesFiles = [], ignoreMissingValuesFiles = false } = spec;
  return { source: { kind, name, namespace: spec.sourceRef.namespace ?? namespace }, path, valuesFiles, ignoreMissingValuesFiles };
}
