import { refKey } from '../runtime/ref';
import type { Reconciled, Runtime } from '../runtime/types';
import { type Charts, chartPlace } from './chart';
import type { HelmRelease } from './helm-release';
import { ownerOf } from './work';

/** Wakes releases whose chart a new revision of its source changed, and no other: a commit elsewhere in the repository is none of theirs. */
export class ChartWakeups {
  /** Chart digest of each release's last visit, by its source. */
  private readonly bySource = new Map<string, Map<string, { readonly object: HelmRelease; readonly digest: string | undefined }>>();
  private readonly sourceOf = new Map<string, string>();
  private readonly revisions = new Map<string, string | undefined>();

  constructor(
    private readonly runtime: Runtime,
    private readonly charts: Charts,
  ) {
    runtime.store.subscribe('GitRepository', (source) => this.sourceChanged(source));
  }

  /** A release was looked at with its chart at this content; undefined: there was none yet. */
  handled(object: HelmRelease, digest: string | undefined): void {
    const key = refKey(ownerOf(object));
    const source = refKey(chartPlace(object).source);
    if (this.sourceOf.get(key) !== source) this.forget(object);
    this.sourceOf.set(key, source);
    const releases = this.bySource.get(source) ?? new Map();
    releases.set(key, { object, digest });
    this.bySource.set(source, releases);
  }

  forget(object: HelmRelease): void {
    const key = refKey(ownerOf(object));
    this.bySource.get(this.sourceOf.get(key) ?? '')?.delete(key);
    this.sourceOf.delete(key);
  }

  private sourceChanged(source: Reconciled): void {
    const key = refKey({ kind: 'GitRepository', namespace: source.metadata.namespace ?? '', name: source.metadata.name });
    const revision = (source.status?.artifact as { revision?: string } | undefined)?.revision;
    if (this.revisions.get(key) === revision) return;
    this.revisions.set(key, revision);
    for (const { object, digest } of this.bySource.get(key)?.values() ?? []) void this.wakeIfChanged(object, digest);
  }

  private async wakeIfChanged(object: HelmRelease, handled: string | undefined): Promise<void> {
    const digest = await this.charts.digest(object).catch(() => undefined);
    if (digest === undefined || digest !== handled) this.runtime.requestReconcile(ownerOf(object), 'source');
  }
}
