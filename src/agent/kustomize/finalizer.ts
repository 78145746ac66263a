import { reasons } from '../../model/conditions';
import { nameOf, type ObjectId } from '../../model/object';
import { decodeInventory } from '../../objects/inventory';
import type { AppliedObjects } from '../apply/types';
import type { Outcome, ReconcileContext, Runtime } from '../runtime/types';
import type { Garbage } from './garbage';
import { deletesObjects, type Kustomization, targetOf, timeoutMs } from './kustomization';
import { failed } from './outcomes';

/**
 * Takes along what a Kustomization applied, as `spec.deletionPolicy` says. No budget holds it back: who deletes a Kustomization wants that,
 * be it a person or a parent whose deletion plan counted all of it.
 */
export class Finalizer {
  constructor(
    private readonly runtime: Pick<Runtime, 'clusters'>,
    private readonly garbage: Garbage,
  ) {}

  async finalize(kustomization: Kustomization, context: ReconcileContext): Promise<Outcome> {
    const objects = decodeInventory(kustomization.status?.inventory);
    if (!deletesObjects(kustomization) || objects.length === 0) return { type: 'finalized' };
    const applied = await this.target(kustomization);
    if (applied === undefined) {
      const message = `not deleted, since its service account is gone: ${objects.map(nameOf).join(', ')}`;
      context.record({ type: 'Warning', reason: reasons.pruneFailed, message });
      return { type: 'finalized' };
    }
    const { deleted, error } = await this.garbage.collectAll(kustomization, objects, applied, context);
    if (error !== undefined) return failed(kustomization, reasons.pruneFailed, error, {});
    if (kustomization.spec.deletionPolicy === 'WaitForTermination') await this.terminated(kustomization, deleted, applied, context);
    return { type: 'finalized' };
  }

  /** Undefined where the account it acts as is gone: nobody could delete anything in its name. */
  private async target(kustomization: Kustomization): Promise<AppliedObjects | undefined> {
    const target = targetOf(kustomization);
    const account = this.runtime.clusters.accountOf(target);
    if (account !== undefined && target.kubeConfig === undefined) {
      const id = { group: '', version: 'v1', kind: 'ServiceAccount', ...account };
      if ((await this.runtime.clusters.own.get(id, { as: 'metadata' })) === undefined) return undefined;
    }
    return (await this.runtime.clusters.for(target)).applied;
  }

  /** As in Flux, what takes too long is not waited for. */
  private async terminated(
    kustomization: Kustomization,
    deleted: readonly ObjectId[],
    applied: AppliedObjects,
    context: ReconcileContext,
  ): Promise<void> {
    const report = await context.idle(applied.gone(deleted, { timeoutMs: timeoutMs(kustomization), signal: context.signal }));
    if (report.healthy) return;
    const message = `still there, not waited for any longer: ${report.unhealthy.map(({ id }) => nameOf(id)).join(', ')}`;
    context.record({ type: 'Warning', reason: reasons.pruneFailed, message });
  }
}
