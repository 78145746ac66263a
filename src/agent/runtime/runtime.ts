import { setMaxListeners } from 'node:events';
import { errors } from '../../common/errors';
import type { Logger } from '../../common/logger';
import type { Redactor } from '../../common/redactor';
import { RawKubeClient } from '../../kube/client';
import type { Connection } from '../../kube/connection';
import type { RequestOptions } from '../../kube/requests';
import type { KubeClient } from '../../kube/types';
import type { Kind } from '../../model/kinds';
import { nameOf } from '../../model/object';
import { EDIT_REVERTED } from '../apply/hand-edit';
import { type CreateAppliedObjects, TargetClusters } from './clusters';
import { Controller } from './controller';
import { Recorder } from './events';
import { HttpListeners } from './http';
import { agentIdentity } from './identity';
import { Informers } from './informers';
import { KubernetesEvents } from './kubernetes-events';
import { isHeld, type Lease } from './lease-rules';
import { Leases } from './leases';
import { Metrics } from './metrics';
import { registerProcessMetrics } from './process-metrics';
import { Quarantine } from './quarantine';
import { Readiness, type ReadinessCheck } from './readiness';
import { refOf } from './ref';
import { observeRequests, observeVisits } from './runtime-metrics';
import { StatusWriter } from './status';
import { ObjectStore } from './store';
import { SuspensionEffects } from './suspension-effects';
import { Suspensions } from './suspensions';
import type { Component, Reconciler, Ref, Runtime } from './types';
import { ValuesWatch } from './values-watch';
import { Wakeups } from './wakeups';

export interface RuntimeOptions {
  readonly connection: Connection;
  /** Where the leases are. */
  readonly agentNamespace: string;
  readonly dataFolder: string;
  /** Reconciles of one kind at once. */
  readonly concurrency: number;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly createAppliedObjects: CreateAppliedObjects;
  /** In milliseconds; tests use short ones. @default 35000, 10000, 5000 */
  readonly leaseTimes?: LeaseTimes;
  /** Applies objects that name no service account, in their namespace. @default - the agent's own identity */
  readonly defaultServiceAccount?: string;
  /** The agent may write no more and must end. */
  readonly onLost: (error: Error) => void;
}

export interface LeaseTimes {
  readonly durationMs: number;
  readonly renewMs: number;
  readonly retryMs: number;
}

const FLUX_LEASE_TIMES: LeaseTimes = { durationMs: 35_000, renewMs: 10_000, retryMs: 5_000 };
/** Reconciles that do not end are left behind after this: their leases matter more. */
const STOP_MS = 10_000;

/** What every reconciler stands on, in one place: watches, queues, leases, status, events, metrics. */
export class AgentRuntime implements Runtime {
  readonly store = new ObjectStore();
  readonly metrics = new Metrics();
  readonly http = new HttpListeners();
  readonly recorder: Recorder;
  readonly clusters: TargetClusters;
  readonly agentNamespace: string;
  readonly dataFolder: string;
  readonly log: Logger;
  readonly redactor: Redactor;

  readonly readiness: Readiness;
  readonly suspensions: Suspensions;
  private readonly quarantine: Quarantine;

  private readonly client: RawKubeClient;
  private readonly status: StatusWriter;
  private readonly informers: Informers;
  private readonly values: ValuesWatch;
  private readonly wakeups: Wakeups;
  private readonly controllers = new Map<string, Controller>();
  private readonly components: Component[] = [];
  private readonly stopping = new AbortController();
  private readonly stopMeasuring: () => void;
  private leases: Leases | undefined;
  private ownIdentity: string | undefined;

  constructor(private readonly options: RuntimeOptions) {
    setMaxListeners(0, this.stopping.signal);
    this.agentNamespace = options.agentNamespace;
    this.dataFolder = options.dataFolder;
    this.log = options.log;
    this.redactor = options.redactor;
    this.readiness = new Readiness(options.log);
    const redact = (text: string) => options.redactor.redact(text);

    const requests: RequestOptions = { guard: () => this.guard(), onRequest: observeRequests(this.metrics) };
    this.client = RawKubeClient.connect(options.connection, requests);
    const writes = this.metrics.counter('fairlead_status_writes_total', 'Status writes by kind');
    this.status = new StatusWriter({ client: this.client, store: this.store, redact, onWrite: (kind) => writes.inc({ kind }) });
    this.recorder = new Recorder(redact);
    this.recorder.subscribe(({ object, reason, message }) => {
      if (reason === EDIT_REVERTED) this.log.warn('an edit was undone', { object: nameOf(refOf(object)), message });
    });
    this.recorder.subscribe(new KubernetesEvents(this.client, this.log, this.stopping.signal).take);
    this.informers = new Informers(this.client, this.store, this.log, this.stopping.signal);
    this.values = new ValuesWatch(this.client, (error) => this.log.warn('watch of values failed, trying again', { error }));
    this.wakeups = new Wakeups({
      store: this.store,
      informers: this.informers,
      watchValues: (ref, onChange) => this.watchValues(ref, onChange),
      requestReconcile: (ref, cause) => this.requestReconcile(ref, cause),
    });
    const { createAppliedObjects, defaultServiceAccount } = options;
    const { client: own, watchValues, redactor, agentNamespace: namespace, log } = this;
    this.suspensions = new Suspensions({ client: own, namespace, log });
    this.suspensions.listen(new SuspensionEffects(this));
    this.metrics.gauges('fairlead_suspended', 'Objects people suspended, and until when', () =>
      this.suspensions.all.map(({ of, until }) => [{ ...of, until }, 1] as const),
    );
    this.quarantine = new Quarantine(options.dataFolder, options.log);
    this.metrics.gauges('fairlead_quarantined', 'Objects that were in flight at two crashes in a row', () =>
      this.quarantine.quarantined.map(({ kind, namespace, name }) => [{ kind, namespace, name }, 1] as const),
    );
    const isSuspended = (id: Ref) => this.suspensions.of(id) !== undefined;
    this.clusters = new TargetClusters({ own, createAppliedObjects, isSuspended, watchValues, redactor, requests, defaultServiceAccount });
    this.stopMeasuring = registerProcessMetrics(this.metrics);
    this.metrics.gauge('fairlead_leading', 'Whether this agent holds its leases', () => (this.leading ? 1 : 0));
  }

  /** For what is done before the leases are held, and changes nothing: questions that are sent as writes. */
  get unguarded(): KubeClient {
    return this.client.as({ guard: undefined });
  }

  get leading(): boolean {
    return this.leases?.leading ?? false;
  }

  readonly requestReconcile = (ref: Ref, cause: string): void => this.controllers.get(ref.kind)?.request(ref, cause);

  /** Watches a kind from now on. Resolves when the store holds all there is of it, which is never before the cluster knows the kind. */
  readonly watched = (kind: Kind): Promise<void> => this.informers.start(kind);

  readonly watchValues = (ref: Ref, onChange: () => void, seen?: string): (() => void) => this.values.watch(ref, onChange, seen);

  /** Before `start`. */
  reconcile(reconciler: Reconciler): void {
    const { client, store, status, wakeups, recorder, log, metrics, suspensions } = this;
    const { concurrency } = this.options;
    const onVisit = observeVisits(metrics);
    const deps = { client, store, status, wakeups, recorder, log, concurrency, suspensionOf: suspensions.of, quarantine: this.quarantine, onVisit };
    const controller = new Controller(reconciler, deps);
    const { kind } = reconciler.kind;
    this.controllers.set(kind, controller);
    metrics.gauge('fairlead_queue_depth', 'Objects that wait for a worker', () => controller.queue.depth, { kind });
    metrics.gauge('fairlead_reconciles_active', 'Reconciles that run, waiting ones included', () => controller.queue.active, { kind });
  }

  /** Before `start`. */
  component(component: Component): void {
    this.components.push(component);
  }

  /** Before `start`: the leases are not taken until this has passed. */
  requireReady(check: ReadinessCheck): void {
    this.readiness.add(check);
  }

  /** Kinds of the reconcilers. */
  get reconciledKinds(): readonly Kind[] {
    return [...this.controllers.values()].map(({ reconciler }) => reconciler.kind);
  }

  /** Resolves when the leases are held, everything was seen once and reconciles begin. Rejects when stopped before. */
  async start(): Promise<void> {
    for (const component of this.components) if (component.runs === 'always') await component.start(this.stopping.signal);
    await this.readiness.whenReady(this.stopping.signal);
    await this.lead();
    this.quarantine.begin();
    for (const component of this.components) if (component.runs === 'leaderOnly') await component.start(this.stopping.signal);
    // Before the first reconcile: it would undo what people are at.
    await Promise.all([this.suspensions.watch(this.stopping.signal), this.watchKinds()]);
    for (const controller of this.controllers.values()) controller.start();
    this.log.info('reconciling', { kinds: [...this.controllers.keys()] });
  }

  /** Ends reconciles, gives the leases away, closes connections. */
  async stop(): Promise<void> {
    this.quarantine.close();
    this.stopping.abort(new DOMException('the agent stops', 'AbortError'));
    const ended = Promise.all([...this.controllers.values()].map((controller) => controller.stop()));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())]);
    for (const component of this.components.toReversed()) await component.stop?.();
    await this.leases?.release();
    await this.clusters.close();
    this.values.close();
    await this.http.close();
    this.stopMeasuring();
    this.client.close();
  }

  /** Whether another agent or Flux holds a lease of ours and renews it. */
  async isLedByOther(): Promise<boolean> {
    const kind = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' };
    for (const name of this.leaseNames()) {
      const lease = await this.client.get<Lease>({ ...kind, namespace: this.agentNamespace, name });
      if (lease !== undefined && isHeld(lease, this.identity, new Date())) return true;
    }
    return false;
  }

  /** Made once: the name of a dead predecessor is taken over by asking for it. */
  private get identity(): string {
    this.ownIdentity ??= agentIdentity(this.dataFolder);
    return this.ownIdentity;
  }

  private leaseNames(): string[] {
    return [...new Set([...this.controllers.values()].flatMap((controller) => controller.reconciler.leases))].sort();
  }

  private async lead(): Promise<void> {
    const times = this.options.leaseTimes ?? FLUX_LEASE_TIMES;
    this.leases = new Leases({
      ...times,
      client: this.client.as({ guard: undefined, timeoutMs: times.retryMs }),
      names: this.leaseNames(),
      namespace: this.agentNamespace,
      identity: this.identity,
      log: this.log,
      onLost: (error) => {
        this.quarantine.close();
        this.options.onLost(error);
      },
    });
    await this.leases.acquire(this.stopping.signal);
  }

  /** Kinds the cluster has are seen whole before the first reconcile, so that none takes a source or dependency for missing. */
  private async watchKinds(): Promise<void> {
    const controllers = [...this.controllers.values()];
    const synced = controllers.map(async ({ reconciler }) => {
      const present = await this.client.resource(reconciler.kind).then(
        (resource) => resource !== undefined,
        () => true, // not known just now: the informer tries again
      );
      const started = this.informers.start(reconciler.kind);
      if (present) await started;
    });
    await Promise.all(synced);
    this.stopping.signal.throwIfAborted();
  }

  private guard(): void {
    if (this.leases === undefined) throw errors.LeaseLost({ lease: 'none is held yet' });
    this.leases.guard();
  }
}
