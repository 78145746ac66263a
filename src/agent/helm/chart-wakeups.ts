import { refKey, refOf } from '../runtime/ref';
import type { Reconciled, Runtime } from '../runtime/types';
import type { Charts } from './chart';
import type { HelmRelease } from './helm-release';

const CHART_SOURCES = ['GitRepository', 'HelmRepository', 'HelmChart', 'OCIRepository'];

interface UnderWay {
  readonly object: HelmRelease;
  readonly digest: string;
}

/**
 * Ends the wait of a release that is being made while its chart changes once more. A commit that leaves the chart alone ends no
 * wait: the revision under way is still the wanted one.
 */
export class ChartWakeups {
  private readonly bySource = new Map<string, Set<UnderWay>>();

  constructor(
    private readonly runtime: Pick<Runtime, 'store' | 'requestReconcile'>,
    private readonly charts: Charts,
  ) {
    for (const kind of CHART_SOURCES) runtime.store.subscribe(kind, (source) => this.sourceChanged(source));
  }

  /** Runs work that brings about the chart of this digest. */
  async during<R>(object: HelmRelease, digest: string, work: () => Promise<R>): Promise<R> {
    const key = refKey(this.charts.source(object));
    const releases = this.bySource.get(key) ?? new Set();
    this.bySource.set(key, releases);
    const underWay = { object, digest };
    releases.add(underWay);
    try {
      return await work();
    } finally {
      releases.delete(underWay);
      if (releases.size === 0) this.bySource.delete(key);
    }
  }

  private sourceChanged(source: Reconciled): void {
    for (const underWay of this.bySource.get(refKey(refOf(source))) ?? []) void this.wakeIfChanged(underWay);
  }

  private async wakeIfChanged({ object, digest }: UnderWay): Promise<void> {
    const now = await this.charts.digest(object).catch(() => digest);
    if (now !== digest) this.runtime.requestReconcile(refOf(object), 'source');
  }
}
