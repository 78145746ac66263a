import { CORE_SCHEMA, load } from 'js-yaml';
import { digestOf } from '../../common/digest';
import { errors, FairleadError } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import { reasons } from '../../model/conditions';
import type { Content } from '../../model/content';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { messageOf } from '../runtime/outcome-status';
import { stalled } from '../runtime/outcomes';
import type { EventInput, Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { fetchFailed, isAboutAccess } from './fetch-failed';
import { sourceName } from './git-sources';
import type { HelmChart, HelmChartSpec } from './helm-chart';
import { inStorage } from './in-storage';
import type { SourceRef, Sources } from './types';

const SOURCES = ['GitRepository', 'HelmRepository'];

/** A chart as a source has it now. */
interface Found {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  /** Those of `spec.valuesFiles` that are there. */
  readonly valuesFiles: readonly string[];
}

/** Keeps a HelmChart's artifact at the version its range means now. Releases that name it read the chart where it is. */
export class HelmChartReconciler implements Reconciler<HelmChart> {
  readonly kind = kinds.HelmChart;
  readonly leases = ['source-controller-leader-election'];

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: Sources,
  ) {}

  async reconcile(object: HelmChart, context: ReconcileContext): Promise<Outcome> {
    const { spec, metadata } = object;
    if (spec.suspend) return { type: 'suspended' };
    if (spec.verify !== undefined) return stalled('UnsupportedField', errors.SourceUnsupported({ field: 'spec.verify' }));
    const source = { ...spec.sourceRef, namespace: metadata.namespace ?? '' };
    if (!SOURCES.includes(source.kind)) return stalled('UnsupportedSourceKind', errors.ChartSourceUnsupported({ kind: source.kind }));
    if (this.sources.revision(source) === undefined) {
      const message = `no artifact available for ${source.kind} source '${source.name}'`;
      return { type: 'waiting', reason: 'NoSourceArtifact', message, on: [source] };
    }
    try {
      const found = await context.idle(this.find(object, source));
      return this.store(object, found);
    } catch (error) {
      if (context.signal.aborted) throw error;
      const reason = reasonOf(error);
      if (errors.ChartDigestMismatch.is(error) || errors.ChartVersionUnreadable.is(error)) return stalled(reason, error);
      return fetchFailed(reason, error);
    }
  }

  private async find({ spec, metadata }: HelmChart, source: SourceRef): Promise<Found> {
    const isPublished = source.kind === 'HelmRepository';
    const chart = await this.sources.content(source, isPublished ? `${spec.chart}@${spec.version || '*'}` : spec.chart);
    const wanted = metadata.annotations?.[annotations.chartDigest];
    if (isPublished && wanted && chart.digest !== wanted)
      throw errors.ChartDigestMismatch({ chart: spec.chart, version: chart.revision, url: sourceName(source), found: chart.digest, wanted });
    const named = await chartNamed(chart, spec.chart);
    const files = isPublished ? chart.files : (await this.sources.content(source, '.')).files;
    return { ...named, ...withValues(chart.digest, spec, files, sourceName(source)) };
  }

  private store(object: HelmChart, { name, version, digest, valuesFiles }: Found): Outcome {
    const { spec, status } = object;
    const isPackaged = spec.sourceRef.kind !== 'HelmRepository' || valuesFiles.length > 0;
    const values = valuesFiles.length === 0 ? '' : ` and merged values files [${valuesFiles.join(' ')}]`;
    const message = `${isPackaged ? 'packaged' : 'pulled'} '${name}' chart with version '${version}'${values}`;
    const reason = isPackaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded';
    const ready = { type: 'ready', reason, message, againMs: parseDuration(spec.interval) } as const;
    const { url, revision } = this.origin(object);
    const observed = { observedSourceArtifactRevision: revision ?? null };
    const stored = inStorage(reason, message);
    const change = { ...stored, without: [...stored.without, 'BuildFailed'], fields: observed };
    if (status?.artifact?.revision === version && status.artifact.digest === digest) return { ...ready, change };
    const path = `helmchart/${object.metadata.namespace}/${object.metadata.name}/${name}-${version}.tgz`;
    const lastUpdateTime = timestamp();
    const artifact = { revision: version, digest, path, url, lastUpdateTime };
    const event: EventInput = { type: 'Normal', reason, message, metadata: { revision: version, digest } };
    const observedValuesFiles = spec.ignoreMissingValuesFiles && valuesFiles.length > 0 ? valuesFiles : null;
    return { ...ready, event, change: { ...change, fields: { ...observed, artifact, observedChartName: name, observedValuesFiles } } };
  }

  /** Address and revision of its source; a registry has no revision. */
  private origin({ spec, metadata: { namespace = '' } }: HelmChart): { readonly url: string; readonly revision?: string } {
    const source = this.runtime.store.get({ ...spec.sourceRef, namespace });
    const { artifact } = (source?.status ?? {}) as { artifact?: { url: string; revision: string } };
    return { url: artifact?.url ?? (source?.spec as { url?: string } | undefined)?.url ?? '', revision: artifact?.revision };
  }
}

/** What a chart calls itself. */
async function chartNamed(chart: Content, path: string): Promise<{ readonly name: string; readonly version: string }> {
  const file = chart.files.find((one) => one.path === 'Chart.yaml');
  const unusable = (message: string) => errors.ChartUnusable({ message: `${path}: ${message}` });
  if (file === undefined) throw unusable('there is no Chart.yaml');
  let read: unknown;
  try {
    read = load((await chart.read([file.digest]))[0].toString(), { schema: CORE_SCHEMA });
  } catch (error) {
    throw unusable(`Chart.yaml is no YAML: ${messageOf(error)}`);
  }
  const { name, version } = (read ?? {}) as { name?: unknown; version?: unknown };
  if (!name || !version) throw unusable('Chart.yaml has no name or no version');
  return { name: String(name), version: String(version) };
}

/** Other values make another artifact of the same version. Throws `ValuesFileMissing`. */
function withValues(digest: string, spec: HelmChartSpec, files: Content['files'], source: string): Pick<Found, 'digest' | 'valuesFiles'> {
  const wanted = spec.valuesFiles ?? [];
  if (wanted.length === 0) return { digest, valuesFiles: [] };
  const found = wanted.map((file) => ({ file, digest: files.find(({ path }) => path === file.replace(/^\.?\/+/, ''))?.digest }));
  const missing = found.find((one) => one.digest === undefined);
  if (missing !== undefined && !spec.ignoreMissingValuesFiles) throw errors.ValuesFileMissing({ file: missing.file, source });
  const there = found.filter((one) => one.digest !== undefined);
  return { digest: digestOf(JSON.stringify([digest, there])), valuesFiles: there.map(({ file }) => file) };
}

function reasonOf(error: unknown): string {
  if (errors.ChartDigestMismatch.is(error)) return 'ChartDigestMismatch';
  if (errors.ValuesFileMissing.is(error)) return 'ValuesFilesError';
  if (isAboutAccess(error)) return reasons.authenticationFailed;
  const references = [errors.ChartUnknown, errors.ChartVersionMissing, errors.ChartVersionUnreadable, errors.SourcePathMissing];
  if (references.some((one) => one.is(error))) return 'InvalidChartReference';
  return error instanceof FairleadError && error.code.startsWith('FL11') ? 'ChartPullError' : 'Failed';
}
