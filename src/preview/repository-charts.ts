import { hash } from 'node:crypto';
import { join } from 'node:path';
import { errors } from '../common/errors';
import { annotations } from '../model/labels';
import type { KubeObject } from '../model/object';
import { chartFiles, contentOf } from '../oci/archive-content';
import { Authorization } from '../oci/authorization';
import { ChartMemory } from '../oci/chart-memory';
import { openChartRepository } from '../oci/chart-repository';
import type { OpenChartRepository } from '../oci/chart-resolution';
import { isExactVersion } from '../oci/chart-version';
import { Transport } from '../oci/transport';
import type { RegistryAccess } from '../oci/types';
import { ArtifactCharts, type ChartRepositoryObject } from './artifact-charts';
import type { ChartLibrary, LibraryChart } from './chart-library';
import { isOffline, OfflineTransport } from './offline-transport';

export interface RepositoryChartsOptions {
  /** Archives and what ranges meant, kept between runs; may be lost at any time. */
  readonly cacheFolder: string;
  /** What lets the user in at an address. @default - nothing does */
  readonly access?: (url: string) => Promise<RegistryAccess>;
  /** Nothing is asked: what is not in the cache is an error. @default false */
  readonly offline?: boolean;
  /** Told in words what is fetched. */
  readonly progress?: (text: string) => void;
}

/**
 * Charts of HelmRepositories and OCIRepositories, kept in a folder. A version that is locked is fetched once; what a range means is asked once in each
 * run, and what was known before counts where nobody answers.
 */
export class RepositoryCharts implements ChartLibrary {
  private readonly transport: Transport;
  private readonly authorization: Authorization;
  private readonly opened = new Map<string, Promise<OpenChartRepository>>();
  private readonly refreshed = new Map<string, Promise<unknown>>();
  private readonly artifacts: ArtifactCharts;

  constructor(private readonly options: RepositoryChartsOptions) {
    this.transport = options.offline ? new OfflineTransport() : new Transport();
    this.authorization = new Authorization(this.transport);
    const memory = new ChartMemory<string>(join(options.cacheFolder, 'tags.json'));
    this.artifacts = new ArtifactCharts(this.authorization, join(options.cacheFolder, 'artifacts'), memory, (url) => this.access(url));
  }

  async published(repository: KubeObject, chart: string, range: string, digest?: string): Promise<LibraryChart> {
    const url = urlOf(repository);
    const named = `chart ${chart} ${range}`;
    const open = await this.open(url);
    const content = async (version: string, wanted: string) => {
      this.options.progress?.(`${url}: fetching ${chart} ${version}`);
      const { bytes } = await told(url, named, () => open.archive(chart, version, { digest: wanted }));
      return contentOf(await chartFiles(bytes, `chart ${chart} ${version}`), wanted);
    };
    if (digest !== undefined && isExactVersion(range)) return { version: range, digest, content: once(() => content(range, digest)) };
    const resolved = await told(url, named, () => this.resolve(open, url, chart, range));
    return { ...resolved, content: once(() => content(resolved.version, resolved.digest)) };
  }

  async artifact(repository: KubeObject): Promise<LibraryChart> {
    const url = urlOf(repository);
    const ask = <T>(of: () => Promise<T>) => told(url, 'the artifact', of);
    const chart = await ask(() => this.artifacts.chartOf(repository as ChartRepositoryObject, url));
    // One that is named by its digest is asked for only now.
    return { ...chart, content: () => ask(() => chart.content()) };
  }

  close(): void {
    this.transport.close();
  }

  /** From what is known where that is enough: versions do not change, ranges do. */
  private async resolve(open: OpenChartRepository, url: string, chart: string, range: string) {
    if (!isExactVersion(range)) await this.refresh(open, url).catch(() => undefined);
    try {
      return await open.resolve(chart, range);
    } catch (error) {
      const isNews = errors.ChartVersionMissing.is(error) || errors.ChartUnknown.is(error);
      if (!isNews || this.refreshed.has(url)) throw error;
      await this.refresh(open, url);
      return await open.resolve(chart, range);
    }
  }

  private refresh(open: OpenChartRepository, url: string): Promise<unknown> {
    const refreshing = this.refreshed.get(url) ?? open.refresh();
    this.refreshed.set(url, refreshing);
    return refreshing;
  }

  private open(url: string): Promise<OpenChartRepository> {
    const known = this.opened.get(url);
    if (known !== undefined) return known;
    const cacheFolder = join(this.options.cacheFolder, hash('sha256', url, 'hex').slice(0, 16));
    const opening = this.access(url).then((access) => openChartRepository({ url, access, cacheFolder, authorization: this.authorization }));
    this.opened.set(url, opening);
    return opening;
  }

  private async access(url: string): Promise<RegistryAccess> {
    return (await this.options.access?.(url)) ?? {};
  }
}

/** Where it can be read from here. */
function urlOf({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.[annotations.clientUrl] ?? (spec as { url: string }).url;
}

async function told<T>(url: string, chart: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isOffline(error) ? errors.ChartNotCached({ chart, url }) : error;
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
