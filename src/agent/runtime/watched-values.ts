import { refKey } from './ref';
import type { FollowedRef, Ref, Runtime } from './types';

/** ConfigMaps and Secrets that objects read: a change of one asks for a visit to those that do. */
export class WatchedValues {
  private readonly watches = new Map<string, Map<string, () => void>>();

  constructor(private readonly runtime: Pick<Runtime, 'watchValues' | 'requestReconcile'>) {}

  /** From now on `owner` reads exactly these. */
  follow(owner: Ref, values: readonly FollowedRef[]): void {
    const key = refKey(owner);
    const before = this.watches.get(key) ?? new Map<string, () => void>();
    const after = new Map<string, () => void>();
    for (const { seen, ...ref } of values) {
      const name = refKey(ref);
      const onChange = () => this.runtime.requestReconcile(owner, 'values');
      after.set(name, after.get(name) ?? before.get(name) ?? this.runtime.watchValues(ref, onChange, seen));
    }
    for (const [name, stop] of before) if (!after.has(name)) stop();
    if (after.size > 0) this.watches.set(key, after);
    else this.watches.delete(key);
  }

  forget(owner: Ref): void {
    this.follow(owner, []);
  }
}
