import { errors } from '../../common/errors';
import { annotations } from '../../model/labels';
import type { Store } from '../runtime/types';
import type { HelmChart } from '../source/helm-chart';
import type { SourceRef } from '../source/types';
import type { HelmRelease } from './helm-release';

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

const CHART_SOURCES = ['GitRepository', 'HelmRepository'];

interface ChartSpec {
  readonly chart: string;
  readonly version?: string;
  readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly valuesFiles?: readonly string[];
  readonly ignoreMissingValuesFiles?: boolean;
}

/** Throws `ChartSourceUnsupported`. */
export function chartPlace(object: HelmRelease, store: Pick<Store, 'get'>): ChartPlace {
  const { chart, chartRef } = object.spec;
  const namespace = object.metadata.namespace ?? '';
  const digest = object.metadata.annotations?.[annotations.chartDigest] || undefined;
  if (chart !== undefined) {
    const place = placeOf(chart.spec, namespace);
    return { ...place, named: place.source, digest };
  }
  const named = { kind: chartRef?.kind ?? 'chartRef', name: chartRef?.name ?? '', namespace: chartRef?.namespace ?? namespace };
  if (named.kind === 'OCIRepository') return { named, source: named, path: '.', valuesFiles: [], ignoreMissingValuesFiles: false, digest };
  if (named.kind !== 'HelmChart') throw errors.ChartSourceUnsupported({ kind: named.kind });
  const found = store.get<HelmChart>(named);
  const version = found?.status?.artifact?.revision;
  if (found === undefined || version === undefined) return { named, path: '', valuesFiles: [], ignoreMissingValuesFiles: false };
  const place = placeOf(found.spec, named.namespace, version);
  return { ...place, named, digest: digest ?? found.metadata.annotations?.[annotations.chartDigest] };
}

function placeOf(spec: ChartSpec, namespace: string, version = spec.version) {
  const { kind, name } = spec.sourceRef;
  if (!CHART_SOURCES.includes(kind)) throw errors.ChartSourceUnsupported({ kind });
  const path = kind === 'HelmRepository' ? `${spec.chart}@${version ?? '*'}` : spec.chart;
  const { valuesFiles = [], ignoreMissingValuesFiles = false } = spec;
  return { source: { kind, name, namespace: spec.sourceRef.namespace ?? namespace }, path, valuesFiles, ignoreMissingValuesFiles };
}
