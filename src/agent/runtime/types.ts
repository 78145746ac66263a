import type { KubeClient } from '../../kube/types';
import type { Condition } from '../../model/conditions';
import type { Kind } from '../../model/kinds';
import type { KubeObject, ObjectId } from '../../model/object';
import type { AppliedObjects } from '../apply/types';

/** Kind, namespace and name of a reconciled object, across API versions. */
export type Ref = Pick<ObjectId, 'kind' | 'namespace' | 'name'>;

/** `seen`: the resource version of a ConfigMap or Secret that was read (empty: it was not there). @default - whatever is found first */
export type FollowedRef = Ref & { readonly seen?: string };

/** A reconciled object: its kind's status holds conditions. */
export interface Reconciled extends KubeObject {
  readonly spec: object;
  readonly status?: ReconciledStatus;
}

export interface ReconciledStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly lastHandledReconcileAt?: string;
  readonly [field: string]: unknown;
}

/**
 * Brings the world in line with one object. It says what happens and in which order; retries, status writes, events,
 * finalizers, metrics and waiting are the runtime's.
 */
export interface Reconciler<T extends Reconciled = Reconciled> {
  readonly kind: Kind;
  /** Names of Flux's leases that must be held before objects of this kind are touched, e.g. `kustomize-controller-leader-election`. */
  readonly leases: readonly string[];

  reconcile(object: T, context: ReconcileContext): Promise<Outcome>;

  /**
   * For a kind without Flux's conditions: its whole status after an outcome, undefined where it stays. Gives back what was there where nothing
   * changes, times included. Absent: Ready, Reconciling and Stalled.
   */
  statusAfter?(outcome: Outcome, object: T, now: Date): ReconciledStatus | undefined;

  /** Called while the object is being deleted and still carries Flux's finalizer; the outcome `finalized` lets it go. Absent: no finalizer is set. */
  finalize?(object: T, context: ReconcileContext): Promise<Outcome>;
}

export interface ReconcileContext {
  /**
   * Aborted when the agent stops, and when the reconcile is idle (or becomes so) and its object was changed, deleted or asked for by
   * `requested`, `source` or `values`: what it waits for is outdated. Throw or return what you like then; another reconcile follows.
   */
  readonly signal: AbortSignal;
  /** Why this reconcile was asked for: `created`, `spec`, `interval`, `requested`, `dependency`, `source`, `values`, `drift`, `health`, `retry`. */
  readonly causes: ReadonlySet<string>;
  /** Lets other objects run meanwhile: a waiting object holds no worker. */
  idle<R>(wait: Promise<R>): Promise<R>;
  /** Writes status now, ahead of work that must not be forgotten. Nothing is sent where nothing would change. */
  writeStatus(change: StatusChange): Promise<void>;
  record(event: EventInput): void;
}

/** What a status write changes: conditions by type, other fields by name (`null` removes one). */
export interface StatusChange {
  readonly conditions?: readonly Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>[];
  /** Condition types to take away. */
  readonly without?: readonly string[];
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * How a reconcile ended. The runtime turns it into Ready, Reconciling and Stalled, `observedGeneration` and
 * `lastHandledReconcileAt`, one status write, an event where something changed, and the next visit.
 */
export type Outcome =
  /** Ready=True. */
  | Ready
  /** All that is said of the object stays as it is: no status write, no event. `againMs`: as of `ready`. `isDone`: since all is done, not for want of anything. */
  | { readonly type: 'unchanged'; readonly againMs?: number; readonly isDone?: true }
  /** Ready=False, tried again with back-off (or at `againMs`). */
  | { readonly type: 'failed'; readonly reason: string; readonly error: unknown; readonly change?: StatusChange; readonly againMs?: number }
  /** Ready=False and Stalled=True: nothing but a change will help. */
  | { readonly type: 'stalled'; readonly reason: string; readonly message: string; readonly change?: StatusChange }
  /** Ready=False DependencyNotReady: visited when one of these changes. Holds nothing meanwhile. */
  | {
      readonly type: 'waiting';
      readonly reason: string;
      readonly message: string;
      readonly on: readonly FollowedRef[];
      readonly change?: StatusChange;
    }
  /** `spec.suspend`: nothing is written. */
  | { readonly type: 'suspended' }
  /** The finalizer may go. */
  | { readonly type: 'finalized' };

export interface Ready {
  readonly type: 'ready';
  readonly reason: string;
  readonly message: string;
  readonly change?: StatusChange;
  /** Told once the status is written, in place of Ready's own words. @default - Ready's words, where they are new */
  readonly event?: EventInput;
  /** Next visit in milliseconds: the object's interval. The runtime adds jitter. @default - only when something changes */
  readonly againMs?: number;
}

/** Something that happened to an object. Kubernetes Events first; alerts, audit and the dashboard subscribe later. */
export interface EventInput {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `revision` and the like, as Flux's event metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface RecordedEvent extends EventInput {
  readonly object: KubeObject;
  readonly at: Date;
}

/** Where objects are applied, and as whom. */
export interface TargetOptions {
  /** Remote cluster: a Secret with a kubeconfig. */
  readonly kubeConfig?: { readonly secretRef: { readonly name: string; readonly key?: string }; readonly namespace: string };
  /** Impersonated on the target. @default - the default service account of `namespace`, where the agent has one configured */
  readonly serviceAccount?: ServiceAccountRef;
  /** Of the object that asks. */
  readonly namespace?: string;
}

export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

export interface TargetCluster {
  readonly client: KubeClient;
  readonly applied: AppliedObjects;
}

/** No reconciler holds *the* cluster: it asks for the one its object names. */
export interface Clusters {
  /** Where the agent itself and the reconciled objects live. */
  readonly own: KubeClient;
  for(options: TargetOptions): Promise<TargetCluster>;
  /** Whom that acts as; undefined: the agent itself, or whoever a kubeconfig is of. */
  accountOf(options: TargetOptions): ServiceAccountRef | undefined;
}

/** Reconciled objects as last seen, without a request. */
export interface Store {
  get<T extends Reconciled = Reconciled>(ref: Ref): T | undefined;
  list<T extends Reconciled = Reconciled>(kind: string): readonly T[];
  /** Called for every change of a kind, after the store has it. */
  subscribe(kind: string, onChange: (object: Reconciled, change: 'changed' | 'deleted') => void): void;
}

/** The one way to ask for a visit: webhooks, dependencies, sources, watched values and drift all use it. */
export type RequestReconcile = (ref: Ref, cause: string) => void;

/** A part of the agent that is no reconciler: a server, a cleaner, a publisher. */
export interface Component {
  readonly name: string;
  /** `leaderOnly`: started when the leases are held. */
  readonly runs: 'leaderOnly' | 'always';
  start(signal: AbortSignal): Promise<void> | void;
  stop?(): Promise<void> | void;
}

/** What the runtime gives to those who build reconcilers. */
export interface Runtime {
  readonly clusters: Clusters;
  readonly store: Store;
  readonly requestReconcile: RequestReconcile;
  readonly agentNamespace: string;
  /** Folder for caches, survives nothing it must not lose. */
  readonly dataFolder: string;
  /** Secret values that must never reach an output are told to it. */
  readonly redactor: { add(secret: string): void; redact(text: string): string };
  readonly log: {
    info(message: string, fields?: object): void;
    warn(message: string, fields?: object): void;
    error(message: string, fields?: object): void;
  };
  readonly metrics: {
    counter(name: string, help: string): { inc(labels?: Record<string, string>, by?: number): void };
    gauge(name: string, help: string, read: () => number): void;
    gauges(name: string, help: string, read: () => Iterable<readonly [Readonly<Record<string, string>>, number]>): void;
  };
  /**
   * Watches one ConfigMap or Secret by metadata while somebody is interested. `seen`: the resource version the caller has read
   * (empty: it was absent); without it the first one found counts as seen.
   */
  watchValues(ref: Ref, onChange: () => void, seen?: string): () => void;
}
