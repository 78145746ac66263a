import type { KubeClient } from '../../kube/types';
import type { ManifestObject, ObjectId } from '../../model/object';
import type { Health } from '../../objects/verdict';
import type { Ref } from '../runtime/types';
import type { HandEdit } from './hand-edit';

export interface ApplyRequest {
  /** Who wants these objects: drift is reported to it. */
  readonly owner: Ref;
  readonly fieldManager: string;
  readonly objects: readonly ManifestObject[];
  /**
   * Labels that go onto live objects (Flux's origin labels, Helm's managed-by): merged into the bytes that are sent,
   * never into `ManifestObject.json`. Annotations likewise.
   */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Namespace for namespaced objects that name none. Cluster-scoped ones never get it. */
  readonly namespace?: string;
  /** `staged`: Flux's stages (CRDs, Namespaces, ClusterRoles; then *Class; then the rest). `given`: in the order given, as Helm installs. */
  readonly order: 'staged' | 'given';
  /** Managers whose fields are taken over before the first apply, besides kubectl and before-first-apply. */
  readonly predecessors?: readonly string[];
  /** Deletes and creates again where a field is immutable. */
  readonly force?: boolean;
  /** Nothing is written unless a dry run of everything passes. */
  readonly atomic?: boolean;
  /** Applies also what is known to be applied already and unchanged in the cluster. */
  readonly always?: boolean;
  readonly signal?: AbortSignal;
}

export interface AppliedResult {
  readonly id: ObjectId;
  /** `skipped`: the object asks for it. `suspended`: people do, for a while. */
  readonly action: 'created' | 'configured' | 'unchanged' | 'skipped' | 'suspended';
  /** What somebody else had done to it, and is undone. */
  readonly reverted?: HandEdit;
}

/** `id` is as the cluster knows the object: its namespace filled in, or left out of a cluster-scoped kind. Inventories and waits take these. */
export type ObjectResult =
  | AppliedResult
  | { readonly id: ObjectId; readonly action: 'failed'; readonly error: Error; readonly file?: string; readonly document?: number };

export interface ApplyResult {
  readonly results: readonly ObjectResult[];
  readonly failed: readonly Extract<ObjectResult, { action: 'failed' }>[];
}

export type { Health, HealthStatus } from '../../objects/verdict';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HealthyOptions extends WaitOptions {
  /** Ends at the first Failed. @default true */
  readonly failFast?: boolean;
  /** Pods must have run to their end, as Helm asks of hooks. (Jobs always must.) @default false */
  readonly completed?: boolean;
}

export interface HealthReport {
  /** Every object is Current. */
  readonly healthy: boolean;
  readonly timedOut: boolean;
  /** Those that are not, with the reason. */
  readonly unhealthy: readonly { readonly id: ObjectId; readonly health: Health }[];
}

/**
 * The objects that were applied to one cluster by one identity, watched: one watch per kind and label. Kept per object is
 * its resourceVersion, a digest of our fields and its health, never the object.
 */
export interface AppliedObjects {
  /** Applies, takes over from predecessors, remembers the baseline for drift. Every object's failure is its own. */
  apply(request: ApplyRequest): Promise<ApplyResult>;

  /**
   * Resolves when all are healthy, at the first Failed, at the deadline, or when the signal aborts (then rejects). By events, never by polling.
   * Objects that nobody applied (health checks by name) are watched singly.
   */
  healthy(objects: readonly ObjectId[], options: HealthyOptions): Promise<HealthReport>;

  /**
   * From now on `onDrift` is called once per object that was deleted, lost its label or lost a field we own.
   * Objects of this owner that are not in the list are forgotten. Drift that was seen since they were applied is reported at once.
   * Objects that were applied by an earlier process are held to the state they are found in.
   */
  watchDrift(owner: Ref, objects: readonly ObjectId[], onDrift: (drifted: readonly Drift[]) => void): void;
  forget(owner: Ref): void;

  /** Deletes in reverse apply order, background propagation, only what still carries the labels. */
  prune(request: PruneRequest): Promise<PruneResult>;

  /** Resolves when none exists any more. */
  gone(objects: readonly ObjectId[], options: WaitOptions): Promise<HealthReport>;

  /** Whether people suspended it: its owner leaves it where it is, and keeps it in mind. */
  isSuspended(id: Ref): boolean;

  readonly client: KubeClient;

  /** Ends every watch. */
  close(): void;
}

export interface Drift {
  readonly id: ObjectId;
  readonly what: 'deleted' | 'changed' | 'foreign';
  /** Another manager that holds fields that were ours. */
  readonly manager?: string;
}

export interface PruneRequest {
  readonly objects: readonly ObjectId[];
  /** Live objects without exactly these labels are no longer ours and stay. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface PruneResult {
  readonly deleted: readonly ObjectId[];
  readonly skipped: readonly { readonly id: ObjectId; readonly reason: string }[];
  readonly failed: readonly { readonly id: ObjectId; readonly error: Error }[];
}
