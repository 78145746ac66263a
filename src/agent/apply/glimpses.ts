import type { Glimpse } from './tracked';
import type { SharedWatch } from './watches';

/** Objects that a shared watch shows and nobody tracks yet: after a restart most are applied a moment later. */
export class Glimpses {
  private readonly byWatch = new WeakMap<SharedWatch, Map<string, Glimpse>>();

  put(watch: SharedWatch, key: string, glimpse: Glimpse): void {
    if (watch.selection.labelSelector === undefined) return;
    const seen = this.byWatch.get(watch) ?? new Map<string, Glimpse>();
    this.byWatch.set(watch, seen.set(key, glimpse));
  }

  /** Gives it away. */
  take(watch: SharedWatch, key: string): Glimpse | undefined {
    const seen = this.byWatch.get(watch);
    const glimpse = seen?.get(key);
    seen?.delete(key);
    return glimpse;
  }

  /** Only these are there. */
  keep(watch: SharedWatch, keys: ReadonlySet<string>): void {
    const seen = this.byWatch.get(watch);
    for (const key of seen?.keys() ?? []) if (!keys.has(key)) seen?.delete(key);
  }
}
