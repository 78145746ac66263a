import { isConflict, isNotFound } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { idOf } from '../../model/object';
import { mergeDiff } from './merge-diff';
import { inProgress } from './outcome-status';
import { refOf } from './ref';
import { changedStatus } from './status-change';
import type { ObjectStore } from './store';
import type { Reconciled, ReconciledStatus, StatusChange } from './types';

export interface StatusWriterDeps {
  readonly client: KubeClient;
  readonly store: ObjectStore;
  readonly redact: (text: string) => string;
  readonly now?: () => Date;
  readonly onWrite?: (kind: string) => void;
}

const MOST_TRIES = 5;

/**
 * The only place where status is written: one request, nothing sent where nothing would change. The resource version guards it, so
 * that a write of an agent that lost its lease meanwhile cannot undo its successor's.
 */
export class StatusWriter {
  constructor(private readonly deps: StatusWriterDeps) {}

  /**
   * Changes the status of exactly this object, seen at this generation. `decide` is given the latest status and says what
   * changes; it may be asked again with a newer one. Returns the object as it is then, undefined where it is gone.
   */
  async write(object: Reconciled, decide: (status: ReconciledStatus) => StatusChange): Promise<Reconciled | undefined> {
    return this.send(object, (status) => this.diff(status, object, decide(status)));
  }

  /** The same for a status that is given whole. */
  async writeWhole(object: Reconciled, decide: (latest: Reconciled, now: Date) => ReconciledStatus | undefined): Promise<Reconciled | undefined> {
    return this.send(object, (status, latest) => {
      const next = decide(latest, this.deps.now?.() ?? new Date());
      return next && mergeDiff(status, redacted(next, this.deps.redact));
    });
  }

  private async send(
    object: Reconciled,
    patchFor: (status: ReconciledStatus, latest: Reconciled) => Record<string, unknown> | undefined,
  ): Promise<Reconciled | undefined> {
    let base: Reconciled | undefined = this.deps.store.get(refOf(object)) ?? object;
    for (let attempt = 1; ; attempt++) {
      if (base.metadata.uid !== object.metadata.uid) return undefined;
      const patch = patchFor(base.status ?? {}, base);
      if (patch === undefined) return base;
      try {
        return await this.patch(base, patch);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        if (!isConflict(error) || attempt >= MOST_TRIES) throw error;
        base = await this.deps.client.get<Reconciled>(idOf(object));
        if (base === undefined) return undefined;
        this.deps.store.refresh(base);
      }
    }
  }

  /**
   * The same ahead of work that must not be forgotten: where the change is one, the object is also said to be in progress.
   * Where it is none, nothing is sent.
   */
  async writeAhead(object: Reconciled, change: StatusChange): Promise<void> {
    await this.write(object, (status) => (this.diff(status, object, change) === undefined ? {} : inProgress(change)));
  }

  private diff(status: ReconciledStatus, object: Reconciled, change: StatusChange): Record<string, unknown> | undefined {
    const context = { generation: object.metadata.generation, now: this.deps.now?.() ?? new Date(), redact: this.deps.redact };
    return mergeDiff(status, changedStatus(status, change, context));
  }

  private async patch(base: Reconciled, status: Record<string, unknown>): Promise<Reconciled> {
    const body = { metadata: { resourceVersion: base.metadata.resourceVersion }, status };
    const written = await this.deps.client.patch<Reconciled>(idOf(base), 'merge', body, { subresource: 'status', fieldManager: 'fairlead' });
    this.deps.onWrite?.(base.kind);
    this.deps.store.refresh(written);
    return written;
  }
}

function redacted(status: ReconciledStatus, redact: (text: string) => string): ReconciledStatus {
  return { ...status, conditions: status.conditions?.map((condition) => ({ ...condition, message: redact(condition.message) })) };
}
