import type { KubeClient } from '../../kube/types';
import { fieldManagers, labels as names } from '../../model/labels';
import { keyOf, type ObjectId } from '../../model/object';
import { refKey } from '../runtime/ref';
import type { Ref } from '../runtime/types';
import { SetApplier } from './applier';
import { ObjectApplier } from './apply-object';
import { DriftReports } from './drift-reports';
import { Pruner } from './prune';
import { selectionFor } from './selections';
import { Tracker } from './tracker';
import type { AppliedObjects, ApplyRequest, ApplyResult, Drift, HealthReport, HealthyOptions, PruneRequest, PruneResult, WaitOptions } from './types';
import { Waits } from './waits';

export interface AppliedObjectsOptions {
  /** Its Namespace is never deleted. */
  readonly agentNamespace: string;
  /** What people suspended: it is neither applied nor healed nor deleted while that lasts. @default - nothing */
  readonly isSuspended?: (id: Ref) => boolean;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** What is applied to one cluster by one identity. */
export function createAppliedObjects(client: KubeClient, options: AppliedObjectsOptions): AppliedObjects {
  return new WatchedObjects(client, options);
}

class WatchedObjects implements AppliedObjects {
  readonly isSuspended: (id: Ref) => boolean;
  private readonly reports: DriftReports;
  private readonly tracker: Tracker;
  private readonly waits: Waits;
  private readonly sets: SetApplier;
  private readonly pruner: Pruner;

  constructor(
    readonly client: KubeClient,
    { agentNamespace, isSuspended = () => false, now = Date.now }: AppliedObjectsOptions,
  ) {
    this.isSuspended = isSuspended;
    this.reports = new DriftReports(now);
    this.tracker = new Tracker(client, (tracked) => this.reports.report(tracked), now);
    this.waits = new Waits(client, this.tracker);
    this.sets = new SetApplier(client, new ObjectApplier(client, this.tracker, isSuspended), this.waits);
    this.pruner = new Pruner(client, this.tracker, agentNamespace, isSuspended);
  }

  async apply(request: ApplyRequest): Promise<ApplyResult> {
    return await this.sets.apply(request, refKey(request.owner));
  }

  async healthy(objects: readonly ObjectId[], options: HealthyOptions): Promise<HealthReport> {
    return await this.waits.healthy(objects, options);
  }

  async gone(objects: readonly ObjectId[], options: WaitOptions): Promise<HealthReport> {
    return await this.waits.gone(objects, options);
  }

  async prune(request: PruneRequest): Promise<PruneResult> {
    return await this.pruner.prune(request);
  }

  watchDrift(owner: Ref, objects: readonly ObjectId[], onDrift: (drifted: readonly Drift[]) => void): void {
    const key = refKey(owner);
    const wanted = new Set(objects.map(keyOf));
    for (const tracked of [...this.tracker.owned(key)]) if (!wanted.has(keyOf(tracked.id))) this.release(tracked.id);
    this.reports.subscribe(key, onDrift);
    for (const id of objects) {
      const known = this.tracker.get(id);
      const tracked = known?.owner === key ? known : this.tracker.track(id, { owner: key, ...defaultsFor(owner, id) });
      this.tracker.adopt(tracked);
      if (tracked.drift !== undefined && !tracked.told) this.reports.report(tracked);
    }
  }

  forget(owner: Ref): void {
    const key = refKey(owner);
    this.reports.unsubscribe(key);
    for (const tracked of [...this.tracker.owned(key)]) this.release(tracked.id);
  }

  close(): void {
    this.reports.close();
    this.tracker.watches.close();
  }

  private release(id: ObjectId): void {
    const tracked = this.tracker.get(id);
    if (!tracked) return;
    this.tracker.unclaim(tracked);
    this.tracker.dropUnneeded(tracked);
  }
}

/** How objects of an owner look that were applied before this process began. */
function defaultsFor(owner: Ref, id: ObjectId) {
  const isRelease = owner.kind === 'HelmRelease';
  const labels: Record<string, string> = isRelease ? { [names.managedBy]: 'Helm' } : { [names.kustomizeName]: owner.name };
  return { selection: selectionFor(id, labels), fieldManager: isRelease ? fieldManagers.helm : fieldManagers.kustomize };
}
