import { digestOf } from '../../common/digest';
import { errors } from '../../common/errors';
import type { Content } from '../../model/content';
import type { ChartPlace } from '../../objects/chart-place';
import { chartWithValues, cleanValuesFile, splitValuesFile } from '../../render/chart-values';
import type { ChartInfo, Engine } from '../../render/types';
import type { Store } from '../runtime/types';
import { sourceName } from '../source/git-sources';
import type { SourceRef, Sources } from '../source/types';
import { chartPlace } from './chart-place';
import type { HelmRelease } from './helm-release';

const REMEMBERED = 500;

/** Charts as sources hold them, by content: the same content is inspected once, whoever uses it. */
export class Charts {
  private readonly infos = new Map<string, Pick<ChartInfo, 'name' | 'version' | 'appVersion'>>();

  constructor(
    private readonly sources: Sources,
    private readonly engine: Engine,
    private readonly store: Pick<Store, 'get'>,
  ) {}

  /** What a release's chart comes from. */
  source(object: HelmRelease): SourceRef {
    return chartPlace(object, this.store).named;
  }

  /**
   * Digest of the chart, without reading it; undefined while the source has nothing. Throws `ChartDigestMismatch` where it is not the one that is wanted.
   */
  async digest(object: HelmRelease): Promise<string | undefined> {
    const place = chartPlace(object, this.store);
    const { source, path, valuesFiles: files } = place;
    if (source === undefined || this.sources.revision(source) === undefined) return undefined;
    try {
      const digest = (await this.sources.digest(source, path)) ?? (await this.sources.content(source, path)).digest;
      this.expectDigest(place, source, digest);
      if (files.length === 0) return digest;
      const folders = isInChart(source) ? [] : await Promise.all(files.map((file) => this.sources.digest(source, splitValuesFile(file).folder)));
      return digestOf(JSON.stringify([digest, files, folders]));
    } catch (error) {
      if (errors.SourceNotReady.is(error) || errors.SourceBroken.is(error)) return undefined;
      throw error;
    }
  }

  /** Whether there is content that cannot be read just now: its coming needs no change of the source. */
  isExpected(object: HelmRelease): boolean {
    const { source } = chartPlace(object, this.store);
    return source !== undefined && this.sources.revision(source) !== undefined;
  }

  async content(object: HelmRelease): Promise<Content> {
    const place = chartPlace(object, this.store);
    const { source, valuesFiles: files } = place;
    if (source === undefined) throw errors.SourceNotReady({ source: sourceName(place.named) });
    const chart = await this.chartAt(source, place.path);
    return files.length === 0 ? chart : chartWithValues(this.engine, chart, await this.valuesFiles(place, source, chart));
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

  /** The digest it was published with: of its archive, or of its manifest in a registry. Git has commits instead. */
  private expectDigest({ digest: wanted, path }: ChartPlace, source: SourceRef, digest: string): void {
    if (wanted === undefined || source.kind === 'GitRepository') return;
    const revision = this.sources.revision(source) ?? '';
    const found = source.kind === 'OCIRepository' ? revision.slice(revision.lastIndexOf('@') + 1) : digest;
    if (found === wanted) return;
    const [chart, version] = source.kind === 'OCIRepository' ? ['', revision.slice(0, revision.lastIndexOf('@'))] : path.split('@');
    throw errors.ChartDigestMismatch({ chart, version, url: sourceName(source), found, wanted });
  }

  /** An artifact may hold the chart in a folder, as its archive does. */
  private async chartAt(source: SourceRef, path: string): Promise<Content> {
    const content = await this.sources.content(source, path);
    if (source.kind !== 'OCIRepository' || content.files.some((file) => file.path === 'Chart.yaml')) return content;
    const folder = content.files.map((file) => /^([^/]+)\/Chart\.yaml$/.exec(file.path)?.[1]).find((name) => name !== undefined);
    return folder === undefined ? content : await this.sources.content(source, folder);
  }

  /** Paths from the root of the source; of a published chart, which is all there is, from its own. */
  private async valuesFiles(place: ChartPlace, source: SourceRef, chart: Content): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (const file of place.valuesFiles) {
      const { folder, name } = isInChart(source) ? { folder: '', name: cleanValuesFile(file) } : splitValuesFile(file);
      const content = isInChart(source) ? chart : await this.sources.content(source, folder);
      const entry = content.files.find((one) => one.path === name);
      if (entry !== undefined) found.push(...(await content.read([entry.digest])));
      else if (!place.ignoreMissingValuesFiles) throw errors.ValuesFileMissing({ file, source: `${source.kind}/${source.namespace}/${source.name}` });
    }
    return found;
  }
}

/** Whether values files are looked for in the chart itself. */
function isInChart(source: SourceRef): boolean {
  return source.kind !== 'GitRepository';
}
