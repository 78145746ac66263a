import { join } from 'node:path';
import { digestOf } from '../common/digest';
import { abortable } from '../common/on-abort';
import { ChartArchives } from './chart-archives';
import { ChartMemory } from './chart-memory';
import type { ChartPlace } from './chart-place';
import { chosenRelease, missingVersion, type OpenChartRepository, type ResolvedChart } from './chart-resolution';
import { isExactVersion } from './chart-version';
import { pullChart } from './oci-chart-pull';
import { openImageRegistry } from './registry';
import type { ChartRelease, ImageRegistry, RequestOptions } from './types';

/** What nobody asked for so long is not asked for any more; releases come at least so often. */
const FORGOTTEN_MS = 24 * 3600_000;

/** What this process was asked for. */
interface Wanted {
  readonly resolved: Promise<ResolvedChart>;
  readonly atMs: number;
}

/** A part of a registry as `helm push` fills it: a repository for each chart, a tag for each version. */
export class OciChartRepository implements OpenChartRepository {
  private readonly archives: ChartArchives;
  /** What ranges meant when they were asked for last: a registry tells nobody of news. */
  private readonly resolved: ChartMemory<ResolvedChart>;
  /** As far as it is still under way or known. */
  private readonly wanted = new Map<string, Wanted>();
  private readonly openedMs: number;

  private readonly registries = new Map<string, ImageRegistry>();

  constructor(
    private readonly place: ChartPlace,
    private readonly now: () => number = Date.now,
  ) {
    this.openedMs = now();
    this.archives = new ChartArchives(join(place.folder, 'archives'));
    this.resolved = new ChartMemory(join(place.folder, 'resolved.json'));
  }

  async versions(chart: string, options?: RequestOptions): Promise<readonly ChartRelease[]> {
    const tags = await this.registryOf(chart).tags(options);
    return tags.map((tag) => ({ version: versionOf(tag) }));
  }

  async resolve(chart: string, range: string, { signal, timeoutMs }: RequestOptions = {}): Promise<ResolvedChart> {
    const key = JSON.stringify([chart, range]);
    // It serves others too, so it does not end with the one who came first.
    const resolved = this.wanted.get(key)?.resolved ?? this.recall(key).then((recalled) => recalled ?? this.ask(chart, range, { timeoutMs }));
    this.wanted.set(key, { resolved, atMs: this.now() });
    resolved.catch(() => this.wanted.get(key)?.resolved === resolved && this.wanted.delete(key));
    return await abortable(resolved, signal);
  }

  async archive(chart: string, version: string, { digest, ...options }: RequestOptions & { readonly digest?: string } = {}) {
    const at = { repository: this.repositoryOf(chart), reference: digest ?? tagOf(version) };
    return await pullChart(this.place.authorization, at, this.place.access, options, this.archives);
  }

  /** Asks anew for everything it was asked for; what cannot be told now stays as it was, and the first such error is thrown at the end. */
  async refresh(options?: RequestOptions): Promise<string> {
    await this.forget();
    const failures: unknown[] = [];
    for (const key of this.wanted.keys()) {
      const [chart, range] = JSON.parse(key) as [string, string];
      try {
        const resolved = Promise.resolve(await this.ask(chart, range, options));
        this.wanted.set(key, { resolved, atMs: this.wanted.get(key)?.atMs ?? this.now() });
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

  private async recall(key: string): Promise<ResolvedChart | undefined> {
    return this.place.remembers ? await this.resolved.get(key) : undefined;
  }

  /** Versions that releases left behind would be asked for for ever. */
  private async forget(): Promise<void> {
    const before = this.now() - FORGOTTEN_MS;
    for (const [key] of await this.resolved.entries()) {
      if ((this.wanted.get(key)?.atMs ?? this.openedMs) > before) continue;
      this.wanted.delete(key);
      await this.resolved.delete(key);
    }
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
