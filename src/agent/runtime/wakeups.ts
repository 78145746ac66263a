import { kinds } from '../../model/kinds';
import type { Informers } from './informers';
import { isValues, refKey, refOf } from './ref';
import type { ObjectStore } from './store';
import type { FollowedRef, Ref, RequestReconcile, Runtime } from './types';

export interface WakeupsDeps {
  readonly store: ObjectStore;
  readonly informers: Pick<Informers, 'start'>;
  readonly watchValues: Runtime['watchValues'];
  readonly requestReconcile: RequestReconcile;
}

/** Who waits for what. A waiting object is visited when one of the things it waits for changes, once. */
export class Wakeups {
  /** Waiting objects by the key of what they wait for. */
  private readonly byTarget = new Map<string, Map<string, Ref>>();
  /** What undoes a wait, by the key of the waiting object. */
  private readonly undo = new Map<string, (() => void)[]>();

  constructor(private readonly deps: WakeupsDeps) {
    deps.store.subscribeAll((object) => this.changed(refKey(refOf(object))));
  }

  /** `since`: the store's sequence before the object was looked at, so that a change during its reconcile is not missed. */
  wait(waiting: Ref, on: readonly FollowedRef[], since: number): void {
    this.forget(waiting);
    if (on.some((ref) => this.deps.store.changedAt(ref) > since)) {
      this.deps.requestReconcile(waiting, 'dependency');
      return;
    }
    this.undo.set(
      refKey(waiting),
      on.map((ref) => this.waitFor(waiting, ref)),
    );
  }

  forget(waiting: Ref): void {
    for (const undo of this.undo.get(refKey(waiting)) ?? []) undo();
    this.undo.delete(refKey(waiting));
  }

  private waitFor(waiting: Ref, on: FollowedRef): () => void {
    if (isValues(on)) return this.deps.watchValues(on, () => this.wake(waiting), on.seen);
    const kind = Object.values(kinds).find((known) => known.kind === on.kind);
    if (kind !== undefined) void this.deps.informers.start(kind);
    const target = refKey(on);
    const waiters = this.byTarget.get(target) ?? new Map<string, Ref>();
    this.byTarget.set(target, waiters.set(refKey(waiting), waiting));
    return () => {
      waiters.delete(refKey(waiting));
      if (waiters.size === 0 && this.byTarget.get(target) === waiters) this.byTarget.delete(target);
    };
  }

  private changed(target: string): void {
    for (const waiting of [...(this.byTarget.get(target)?.values() ?? [])]) this.wake(waiting);
  }

  private wake(waiting: Ref): void {
    this.forget(waiting);
    this.deps.requestReconcile(waiting, 'dependency');
  }
}
