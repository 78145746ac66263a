import { join } from 'node:path';
import { ChartArchives } from './chart-archives';
import { ChartMemory } from './chart-memory';
import type { ChartPlace } from './chart-place';
import { chosenRelease, missingVersion, type OpenChartRepository, type ResolvedChart } from './chart-resolution';
import { isExactVersion } from './chart-version';
import { pullChart } from './oci-chart-pull';
import { digestOf } from './oci-repository';
import { openImageRegistry } from './registry';
import type { ChartRelease, ImageRegistry, RequestOptions } from './types';

/** A part of a registry as `helm push` fills it: a repository for each chart, a tag for each version. */
export class OciChartRepository implements OpenChartRepository {
  private readonly archives: ChartArchives;
  /** What ranges meant when they were asked for last: a registry tells nobody of news. */
  private readonly resolved: ChartMemory<ResolvedChart>;
  /** What this process was asked for, as far as it is still under way or known. */
  private readonly wanted = new Map<string, Promise<ResolvedChart>>();

  private readonly registries = new Map<string, ImageRegistry>();

  constructor(private readonly place: ChartPlace) {
    this.archives = new ChartArchives(join(place.folder, 'archives'));
    this.resolved = new ChartMemory(join(place.folder, 'resolved.json'));
  }

  async versions(chart: string, options?: RequestOptions): Promise<readonly ChartRelease[]> {
    const tags = await this.registryOf(chart).tags(options);
    return tags.map((tag) => ({ version: versionOf(tag) }));
  }

  async resolve(chart: string, range: string, options?: RequestOptions): Promise<ResolvedChart> {
    const key = JSON.stringify([chart, range]);
    const known = this.wanted.get(key);
    if (known !== undefined) return await known;
    const asked = this.resolved.get(key).then((remembered) => remembered ?? this.ask(chart, range, options));
    this.wanted.set(key, asked);
    asked.catch(() => this.wanted.get(key) === asked && this.wanted.delete(key));
    return await asked;
  }

  async archive(chart: string, version: string, { digest, ...options }: RequestOptions & { readonly digest?: string } = {}) {
    const at = { repository: this.repositoryOf(chart), reference: digest ?? tagOf(version) };
    return await pullChart(this.place.authorization, at, this.place.access, options, this.archives);
  }

  /** Asks anew for everything it was asked for; what cannot be told now stays as it was, and the first such error is thrown at the end. */
  async refresh(options?: RequestOptions): Promise<string> {
    const failures: unknown[] = [];
    for (const key of this.wanted.keys()) {
      const [chart, range] = JSON.parse(key) as [string, string];
      try {
        this.wanted.set(key, Promise.resolve(await this.ask(chart, range, options)));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return await this.revision();
  }

  async revision(): Promise<string> {
    return digestOf(Buffer.from(JSON.stringify(await this.resolved.entries())));
  }

  private async ask(chart: string, range: string, options?: RequestOptions): Promise<ResolvedChart> {
    const version = isExactVersion(range) ? range : chosenRelease(this.place.url, chart, range, await this.versions(chart, options)).version;
    const digest = await this.registryOf(chart).digest(tagOf(version), options);
    // Listed but gone, or an exact one that never was: the list says what there is.
    if (digest === undefined) throw missingVersion(this.place.url, chart, range, await this.versions(chart, options));
    const release = { version, digest };
    await this.resolved.set(JSON.stringify([chart, range]), release);
    return release;
  }

  private registryOf(chart: string): ImageRegistry {
    const known = this.registries.get(chart);
    if (known !== undefined) return known;
    const registry = openImageRegistry(this.repositoryOf(chart), this.place.access, this.place.authorization);
    this.registries.set(chart, registry);
    return registry;
  }

  /** `ghcr.io/stefanprodan/charts/podinfo` */
  private repositoryOf(chart: string): string {
    return `${this.place.url.slice('oci://'.length).replace(/\/+$/, '')}/${chart}`;
  }
}

/** Tags have no `+`. */
function tagOf(version: string): string {
  return version.replaceAll('+', '_');
}

function versionOf(tag: string): string {
  return tag.replaceAll('_', '+');
}
