import type { ObjectId } from '../../model/object';
import type { AppliedObjects } from '../apply/types';
import { refKey } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';

/** The longest that a timer can wait. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** Follows objects whose health check failed, so that a visit comes the moment all are healthy after all, and not with the next try. */
export class Recoveries {
  private readonly waits = new Map<string, AbortController>();

  constructor(private readonly runtime: Pick<Runtime, 'requestReconcile'>) {}

  expect(owner: Ref, targets: readonly ObjectId[], objects: Pick<AppliedObjects, 'healthy'>): void {
    this.forget(owner);
    const stop = new AbortController();
    this.waits.set(refKey(owner), stop);
    objects.healthy(targets, { timeoutMs: FOR_EVER_MS, signal: stop.signal, failFast: false }).then(
      ({ healthy }) => healthy && this.runtime.requestReconcile(owner, 'health'),
      () => {}, // It is visited already, or gone.
    );
  }

  forget(owner: Ref): void {
    this.waits.get(refKey(owner))?.abort();
    this.waits.delete(refKey(owner));
  }

  close(): void {
    for (const stop of this.waits.values()) stop.abort();
    this.waits.clear();
  }
}
