import { createHash } from 'node:crypto';
import { errors } from '../../common/errors';
import type { Content } from '../../model/content';
import type { ChartInfo, Engine } from '../../render/types';
import type { SourceRef, Sources } from '../source/types';
import type { HelmRelease } from './helm-release';

/** Where a release's chart is. */
export interface ChartPlace {
  readonly source: SourceRef;
  readonly path: string;
}

export function chartPlace(object: HelmRelease): ChartPlace {
  const { chart, chartRef } = object.spec;
  if (chart === undefined) throw errors.ChartSourceUnsupported({ kind: chartRef?.kind ?? 'chartRef' });
  const { kind, name, namespace = object.metadata.namespace ?? '' } = chart.spec.sourceRef;
  if (kind !== 'GitRepository') throw errors.ChartSourceUnsupported({ kind });
  return { source: { kind, name, namespace }, path: chart.spec.chart };
}

const REMEMBERED = 500;

/** Charts as sources hold them, by content: the same content is inspected once, whoever uses it. */
export class Charts {
  private readonly infos = new Map<string, Pick<ChartInfo, 'name' | 'version' | 'appVersion'>>();

  constructor(
    private readonly sources: Sources,
    private readonly engine: Engine,
  ) {}

  /** Digest of the chart's files, without reading them; undefined while the source has nothing. */
  async digest(object: HelmRelease): Promise<string | undefined> {
    const { source, path } = chartPlace(object);
    if (this.sources.revision(source) === undefined) return undefined;
    try {
      const digest = (await this.sources.digest(source, path)) ?? (await this.sources.content(source, path)).digest;
      const files = object.spec.chart?.spec.valuesFiles ?? [];
      if (files.length === 0) return digest;
      const folders = await Promise.all(files.map((file) => this.sources.digest(source, split(file).folder)));
      return `sha256:${sha256(JSON.stringify([digest, files, folders]))}`;
    } catch (error) {
      if (errors.SourceNotReady.is(error) || errors.SourceBroken.is(error)) return undefined;
      throw error;
    }
  }

  /** Whether there is content that cannot be read just now: its coming needs no change of the source. */
  isExpected(object: HelmRelease): boolean {
    return this.sources.revision(chartPlace(object).source) !== undefined;
  }

  async content(object: HelmRelease): Promise<Content> {
    const { source, path } = chartPlace(object);
    const chart = await this.sources.content(source, path);
    const files = object.spec.chart?.spec.valuesFiles ?? [];
    return files.length === 0 ? chart : this.withValues(chart, await this.valuesFiles(object, source, files));
  }

  async info(chart: Content): Promise<Pick<ChartInfo, 'name' | 'version' | 'appVersion'>> {
    const known = this.infos.get(chart.digest);
    if (known !== undefined) return known;
    const { name, version, appVersion } = await this.engine.inspect(chart);
    const info = { name, version, appVersion };
    if (this.infos.size >= REMEMBERED) this.infos.clear();
    this.infos.set(chart.digest, info);
    return info;
  }

  /** `spec.chart.spec.valuesFiles`, paths from the root of the source. */
  private async valuesFiles(object: HelmRelease, source: SourceRef, files: readonly string[]): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (const file of files) {
      const { folder, name } = split(file);
      const content = await this.sources.content(source, folder);
      const entry = content.files.find((one) => one.path === name);
      if (entry !== undefined) found.push(...(await content.read([entry.digest])));
      else if (!object.spec.chart?.spec.ignoreMissingValuesFiles)
        throw errors.ValuesFileMissing({ file, source: `${source.kind}/${source.namespace}/${source.name}` });
    }
    return found;
  }

  /** The chart with other default values: Flux's values files take the place of its own. */
  private async withValues(chart: Content, layers: readonly Buffer[]): Promise<Content> {
    const values = Buffer.from(JSON.stringify(await this.engine.mergeValues(layers)));
    const digest = `sha256:${sha256(values)}`;
    const files = [...chart.files.filter((file) => file.path !== 'values.yaml'), { path: 'values.yaml', digest }];
    return {
      digest: `sha256:${sha256(`${chart.digest} ${digest}`)}`,
      files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      read: async (digests) => {
        const theirs = await chart.read(digests.filter((one) => one !== digest));
        const rest = [...theirs];
        return digests.map((one) => (one === digest ? values : (rest.shift() ?? Buffer.alloc(0))));
      },
    };
  }
}

function split(file: string): { folder: string; name: string } {
  const clean = file.replace(/^\.?\/+/, '');
  const slash = clean.lastIndexOf('/');
  return { folder: slash < 0 ? '.' : clean.slice(0, slash), name: clean.slice(slash + 1) };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
