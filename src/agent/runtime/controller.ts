import { setMaxListeners } from 'node:events';
import { FairleadError } from '../../common/errors';
import { isConflict, isNotFound } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { type Condition, reasons } from '../../model/conditions';
import { annotations, FINALIZER } from '../../model/labels';
import { idOf } from '../../model/object';
import type { Suspension } from '../../model/suspension';
import { causeOf } from './changes';
import { readyOf } from './dependencies';
import type { Recorder } from './events';
import { isSettled, statusOf } from './outcome-status';
import type { Ended, Quarantine } from './quarantine';
import { refKey, refOf } from './ref';
import { Slots } from './slots';
import type { StatusWriter } from './status';
import type { ObjectStore, StoreChange } from './store';
import { suspendedStatus } from './suspended-status';
import type { Outcome, ReconcileContext, Reconciled, Reconciler, Ref, Runtime } from './types';
import { Visit } from './visit';
import type { Wakeups } from './wakeups';
import { WorkQueue } from './work-queue';

export interface ControllerDeps {
  readonly client: KubeClient;
  readonly store: ObjectStore;
  readonly status: StatusWriter;
  readonly wakeups: Wakeups;
  readonly recorder: Recorder;
  readonly log: Runtime['log'];
  readonly concurrency: number;
  /** What people suspended an object by. @default - nothing is */
  readonly suspensionOf?: (ref: Ref) => Suspension | undefined;
  /** @default - nothing is recorded */
  readonly quarantine?: Quarantine;
  readonly onVisit?: (kind: string, outcome: string, seconds: number) => void;
}

/** Intervals are spread by this much to either side, so that a thousand objects do not come at once. */
const JITTER = 0.05;

/** Drives one reconciler: which object when, its finalizer, its status, its events, its next visit. */
export class Controller {
  readonly queue: WorkQueue;
  private readonly visits = new Map<string, Visit>();
  private readonly running = new Set<Promise<void>>();
  private readonly slots: Slots;
  private stopping = false;

  constructor(
    readonly reconciler: Reconciler,
    private readonly deps: ControllerDeps,
  ) {
    this.slots = new Slots(deps.concurrency);
    this.queue = new WorkQueue({ slots: this.slots, visit: (key, causes) => this.track(this.visit(key, causes)) });
    deps.store.subscribe(reconciler.kind.kind, (object, change, before) => this.seen(object, change, before));
  }

  request(ref: Ref, cause: string): void {
    if (this.stopping) return;
    this.visits.get(refKey(ref))?.askedAgain(cause);
    this.queue.add(refKey(ref), cause);
  }

  /** Visits begin; until now they were only noted down. */
  start(): void {
    this.queue.start();
  }

  /** Begins nothing more and ends what waits; resolves when no visit runs any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.queue.stop();
    for (const visit of this.visits.values()) visit.abort('stopping');
    await Promise.allSettled(this.running);
  }

  private async track(visit: Promise<void>): Promise<void> {
    this.running.add(visit);
    await visit.finally(() => this.running.delete(visit));
  }

  private seen(object: Reconciled, change: StoreChange, before: Reconciled | undefined): void {
    const ref = refOf(object);
    const cause = change === 'deleted' ? 'deleted' : causeOf(before, object);
    if (cause !== undefined) this.request(ref, cause);
  }

  private async visit(key: string, causes: ReadonlySet<string>): Promise<void> {
    const object = this.lookUp(key);
    if (object === undefined) return;
    const started = performance.now();
    const visit = new Visit(this.slots);
    setMaxListeners(0, visit.signal);
    this.visits.set(key, visit);
    let ended: Ended = { as: 'error' };
    try {
      const quarantined = this.deps.quarantine?.outcomeFor(object);
      if (quarantined === undefined) {
        await visit.begin(object, this.deps.quarantine);
        ended = await this.advance(object, causes, visit);
      } else {
        await this.settle(object, quarantined);
        ended = { as: quarantined.type };
      }
    } catch (error) {
      if (!this.stopping) this.deps.log.error('status not written, trying again', { object: key, error, retryMs: Math.round(this.queue.retry(key)) });
    } finally {
      visit.end(ended);
      this.visits.delete(key);
      this.deps.onVisit?.(this.reconciler.kind.kind, ended.as, (performance.now() - started) / 1000);
    }
  }

  private lookUp(key: string): Reconciled | undefined {
    const [, namespace, name] = key.split('/') as [string, string, string];
    const ref = { kind: this.reconciler.kind.kind, namespace, name };
    const object = this.deps.store.get(ref);
    this.deps.wakeups.forget(ref);
    if (object === undefined) {
      this.queue.forget(key);
      this.deps.quarantine?.forget(ref);
    }
    return object;
  }

  /** One reconcile from finalizer to next visit; returns how it ended. */
  private async advance(seen: Reconciled, causes: ReadonlySet<string>, visit: Visit): Promise<Ended> {
    const since = this.deps.store.sequence;
    const suspension = this.deps.suspensionOf?.(refOf(seen));
    await this.saySuspended(seen, suspension);
    if (suspension !== undefined) return { as: 'suspended' };
    const object = await this.withFinalizer(seen);
    const outcome = object === undefined ? undefined : await this.outcomeOf(object, causes, visit);
    if (object === undefined || outcome === undefined) return { as: 'superseded' };
    if (outcome.type === 'finalized') await this.letGo(object);
    else await this.settle(object, outcome);
    this.plan(object, outcome, since);
    return { as: outcome.type, ...(outcome.type === 'unchanged' && { isDone: outcome.isDone }) };
  }

  /** Undefined: the reconcile was cut short, and what cut it short asks for the next one. */
  private async outcomeOf(object: Reconciled, causes: ReadonlySet<string>, visit: Visit): Promise<Outcome | undefined> {
    const deleting = object.metadata.deletionTimestamp !== undefined;
    const context = this.contextOf(object, causes, visit);
    try {
      if (deleting) {
        if (!object.metadata.finalizers?.includes(FINALIZER)) return undefined;
        return this.reconciler.finalize === undefined ? { type: 'finalized' } : await this.reconciler.finalize(object, context);
      }
      if ((object.spec as { suspend?: boolean }).suspend === true) return { type: 'suspended' };
      return await this.reconciler.reconcile(object, context);
    } catch (error) {
      if (visit.signal.aborted) return undefined;
      if (!(error instanceof FairleadError)) this.deps.log.error('reconcile failed unexpectedly', { object: refKey(refOf(object)), error });
      return { type: 'failed', reason: reasons.reconciliationFailed, error };
    }
  }

  private async saySuspended(object: Reconciled, suspension: Suspension | undefined): Promise<void> {
    const change = this.reconciler.statusAfter === undefined ? suspendedStatus(object, suspension) : undefined;
    if (change !== undefined) await this.deps.status.write(object, () => change);
  }

  private contextOf(object: Reconciled, causes: ReadonlySet<string>, visit: Visit): ReconcileContext {
    return {
      signal: visit.signal,
      causes,
      idle: (wait) => visit.idle(wait),
      writeStatus: async (change) => {
        await this.deps.status.writeAhead(object, change);
      },
      record: (event) => this.deps.recorder.record({ ...event, object, at: new Date() }),
    };
  }

  /** The one status write at the end, and an event where Ready says something new. */
  private async settle(object: Reconciled, outcome: Outcome): Promise<void> {
    const before = readyOf(object);
    const written = await this.writeStatus(object, outcome);
    const after = readyOf(written);
    if (written === undefined || after === undefined) return;
    const { status, reason, message } = after;
    const event = outcome.type === 'ready' ? outcome.event : undefined;
    const isNews = !same(before, after);
    if (isNews && outcome.type === 'failed') this.deps.log.warn('not ready', { object: refKey(refOf(object)), reason, message });
    else if (isNews) this.deps.log.info(outcome.type, { object: refKey(refOf(object)), reason, message });
    if (event !== undefined) this.deps.recorder.record({ ...event, object: written, at: new Date() });
    else if (isNews) this.deps.recorder.record({ type: status === 'True' ? 'Normal' : 'Warning', reason, message, object: written, at: new Date() });
  }

  /** Undefined where nothing is said, or the object is gone. */
  private async writeStatus(object: Reconciled, outcome: Outcome): Promise<Reconciled | undefined> {
    const { reconciler } = this;
    if (reconciler.statusAfter !== undefined) {
      return await this.deps.status.writeWhole(object, (latest, now) => reconciler.statusAfter!(outcome, latest, now));
    }
    const change = statusOf(outcome);
    if (change === undefined) return undefined;
    const requestedAt = object.metadata.annotations?.[annotations.requestedAt];
    return await this.deps.status.write(object, () => ({
      ...change,
      fields: {
        ...change.fields,
        ...(isSettled(outcome) ? { observedGeneration: object.metadata.generation } : {}),
        ...(requestedAt === undefined ? {} : { lastHandledReconcileAt: requestedAt }),
      },
    }));
  }

  private plan(object: Reconciled, outcome: Outcome, since: number): void {
    const ref = refOf(object);
    const key = refKey(ref);
    if (outcome.type !== 'failed') this.queue.succeeded(key);
    if (outcome.type === 'waiting') this.deps.wakeups.wait(ref, outcome.on, since);
    else if ('againMs' in outcome && outcome.againMs !== undefined)
      this.queue.addAfter(key, spread(outcome.againMs), outcome.type === 'failed' ? 'retry' : 'interval');
    else if (outcome.type === 'failed') this.queue.retry(key);
  }

  /** The object with Flux's finalizer, set before anything is done that must be undone. Undefined: it changed meanwhile or is gone. */
  private async withFinalizer(object: Reconciled): Promise<Reconciled | undefined> {
    const finalizers = object.metadata.finalizers ?? [];
    const needed = this.reconciler.finalize !== undefined && object.metadata.deletionTimestamp === undefined;
    if (!needed || finalizers.includes(FINALIZER)) return object;
    return await this.writeFinalizers(object, [...finalizers, FINALIZER]);
  }

  private async letGo(object: Reconciled): Promise<void> {
    const latest = this.deps.store.get(refOf(object)) ?? object;
    const rest = (latest.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await this.writeFinalizers(latest, rest);
  }

  private async writeFinalizers(object: Reconciled, finalizers: readonly string[]): Promise<Reconciled | undefined> {
    try {
      const body = { metadata: { resourceVersion: object.metadata.resourceVersion, finalizers } };
      const written = await this.deps.client.patch<Reconciled>(idOf(object), 'merge', body, { fieldManager: 'fairlead' });
      this.deps.store.refresh(written);
      return written;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error)) throw error;
      this.queue.addAfter(refKey(refOf(object)), 100, 'retry'); // by then the watch has brought what changed
      return undefined;
    }
  }
}

function same(a: Condition | undefined, b: Condition): boolean {
  return a?.status === b.status && a.reason === b.reason && a.message === b.message;
}

function spread(ms: number): number {
  return ms * (1 - JITTER + 2 * JITTER * Math.random());
}
