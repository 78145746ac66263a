import { join } from 'node:path';
import { digestOf } from '../common/digest';
import { errors } from '../common/errors';
import { readBody } from './body';
import { ChartArchives } from './chart-archives';
import { accessTo, chartUrl, MOST_ARCHIVE_BYTES, refusal } from './chart-http';
import { ChartMemory } from './chart-memory';
import type { ChartPlace } from './chart-place';
import { chosenRelease, type OpenChartRepository, type ResolvedChart } from './chart-resolution';
import type { HelmIndex } from './helm-index';
import type { IndexedChart } from './helm-index-part';
import { HelmIndexStore } from './helm-index-store';
import { parseChartAddress, pullChart } from './oci-chart-pull';
import { basicOf } from './tokens';
import type { ChartRelease, RequestOptions } from './types';

/** A repository with an `index.yaml`, as `helm repo add` takes it. */
export class HttpChartRepository implements OpenChartRepository {
  private readonly index: HelmIndexStore;
  private readonly archives: ChartArchives;
  /** Digests of archives of which the index says none, by their address. */
  private readonly digests: ChartMemory<string>;

  constructor(private readonly place: ChartPlace) {
    const { authorization, url, access, folder } = place;
    this.index = new HelmIndexStore(authorization.transport, url, access, folder);
    this.archives = new ChartArchives(join(folder, 'archives'));
    this.digests = new ChartMemory(join(folder, 'digests.json'));
  }

  async versions(chart: string, options?: RequestOptions): Promise<readonly ChartRelease[]> {
    const versions = await (await this.known(options)).versions(chart);
    return versions.map(({ version, digest, created, deprecated }) => ({ version, digest, created, deprecated }));
  }

  async resolve(chart: string, range: string, options?: RequestOptions): Promise<ResolvedChart> {
    const release = await this.choose(chart, range, options);
    return { ...release, digest: release.digest ?? (await this.digests.get(memo(release))) ?? (await this.fetch(chart, release, options)).digest };
  }

  async archive(chart: string, version: string, { digest: wanted, ...options }: RequestOptions & { readonly digest?: string } = {}) {
    const kept = wanted === undefined ? undefined : await this.archives.get(wanted);
    if (kept !== undefined && wanted !== undefined) return { bytes: kept, digest: wanted };
    const release = await this.choose(chart, version, options);
    const found = await this.fetch(chart, release, options);
    if (wanted !== undefined && found.digest !== wanted)
      throw errors.ChartDigestMismatch({ chart, version: release.version, url: this.place.url, found: found.digest, wanted });
    return found;
  }

  async refresh(options?: RequestOptions): Promise<string> {
    return (await this.index.fetch(options)).digest;
  }

  async revision(): Promise<string | undefined> {
    return (await this.index.stored())?.digest;
  }

  private async known(options?: RequestOptions): Promise<HelmIndex> {
    return (await this.index.stored()) ?? (await this.index.fetch(options));
  }

  private async choose(chart: string, range: string, options?: RequestOptions): Promise<IndexedChart> {
    return chosenRelease(this.place.url, chart, range, await (await this.known(options)).versions(chart));
  }

  private async fetch(chart: string, release: IndexedChart, options: RequestOptions = {}): Promise<{ bytes: Buffer; digest: string }> {
    const { version, digest: said } = release;
    const digest = said ?? (await this.digests.get(memo(release)));
    const kept = digest === undefined ? undefined : await this.archives.get(digest);
    if (kept !== undefined && digest !== undefined) return { bytes: kept, digest };
    const bytes = await this.download(chart, release, options);
    if (said !== undefined && digestOf(bytes) !== said)
      throw errors.ChartDigestMismatch({ chart, version, url: this.place.url, found: digestOf(bytes), wanted: said });
    const found = await this.archives.put(bytes);
    if (said === undefined) await this.digests.set(memo(release), found);
    return { bytes, digest: found };
  }

  /** From the first address the index gives, as Helm and Flux do. */
  private async download(chart: string, { version, urls }: IndexedChart, options: RequestOptions): Promise<Buffer> {
    const { url: repository, access: own, authorization } = this.place;
    if (urls.length === 0) throw errors.ChartIndexInvalid({ url: repository, reason: `it has no address of chart ${chart} ${version}` });
    const url = chartUrl(repository, urls[0]);
    const access = accessTo(url, repository, own);
    const inRegistry = parseChartAddress(url.href);
    if (inRegistry !== undefined) return (await pullChart(authorization, inRegistry, access, options)).bytes;
    const answer = await authorization.transport.getStream(url, {
      ...options,
      access,
      authorization: basicOf(access),
      limit: MOST_ARCHIVE_BYTES,
      raw: true,
    });
    if (answer.status !== 200) {
      answer.body.destroy();
      throw refusal(answer, repository, access);
    }
    return await readBody(answer.body);
  }
}

/** Another archive of the same version has another date or address. */
function memo({ version, urls, created }: IndexedChart): string {
  return JSON.stringify([version, urls[0], created]);
}
