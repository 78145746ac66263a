import { errors } from '../../common/errors';
import type { Condition } from '../../model/conditions';
import { conditionTypes, reasons } from '../../model/conditions';
import { annotations, labels } from '../../model/labels';
import { nameOf, type ObjectId } from '../../model/object';
import { isProtected, judgeDeletions } from '../../objects/deletion-budget';
import { difference } from '../../objects/inventory';
import type { AppliedObjects } from '../apply/types';
import type { ReconcileContext, Runtime } from '../runtime/types';
import { deletionPlanOf } from './deletion-doubt';
import { type Kustomization, sourceOf, timeoutMs } from './kustomization';
import { deletionsOf, hasCleanup } from './leads-to';

export interface CollectRequest {
  readonly kustomization: Kustomization;
  /** Applied once, not wanted any more. */
  readonly stale: readonly ObjectId[];
  readonly applied: AppliedObjects;
  readonly context: ReconcileContext;
  /** Why a person must agree whatever the budget says: the source is empty, its history was rewritten. */
  readonly doubt?: string;
}

export interface Collected {
  readonly deleted: readonly ObjectId[];
  /** Stay in the inventory: they wait for a confirmation, or could not be deleted. */
  readonly kept: readonly ObjectId[];
  /** Stands while a deletion waits. */
  readonly plan?: Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;
  readonly error?: Error;
}

/**
 * Deletes what is no longer wanted, within the budget. A refused deletion leaves everything as it is and says how to confirm exactly this list.
 *
 * Deleting a Kustomization on purpose is itself the confirmation: a person asked for it, or a parent whose plan counted everything it leads to.
 */
export class Garbage {
  constructor(private readonly runtime: Pick<Runtime, 'store' | 'agentNamespace'>) {}

  async collect(request: CollectRequest): Promise<Collected> {
    const suspended = request.stale.filter((id) => request.applied.isSuspended(id));
    const collected = await this.collectFree({ ...request, stale: difference(request.stale, suspended) });
    return { ...collected, kept: [...collected.kept, ...suspended] };
  }

  /** Deletes what nobody suspended. */
  private async collectFree(request: CollectRequest): Promise<Collected> {
    const { kustomization, context } = request;
    const isKept = this.protects(kustomization);
    const stale = request.stale.filter((id) => !isKept(id));
    const spared = request.stale.filter(isKept);
    if (spared.length > 0) {
      const message = `not deleted, though no longer in the source: ${spared.map(nameOf).join(', ')}: the agent or this Kustomization lives on it`;
      context.record({ type: 'Warning', reason: reasons.pruneRefused, message });
    }
    const confirmed = kustomization.metadata.annotations?.[annotations.confirmDeletion];
    const deletions = kustomization.spec.kubeConfig === undefined ? deletionsOf(stale, this.runtime.store) : stale.map((id) => ({ id }));
    const verdict = judgeDeletions({ deletions, budget: request.doubt === undefined ? budgetOf(kustomization) : 0, confirmed });
    if (verdict.allowed) return await this.delete(kustomization, stale, request.applied, context);

    const { name, namespace } = kustomization.metadata;
    const why = request.doubt === undefined ? '' : `${request.doubt}: `;
    const how = `to confirm: kubectl annotate kustomization/${name} -n ${namespace} ${annotations.confirmDeletion}=${verdict.digest}`;
    const plan = {
      type: conditionTypes.deletionPlan,
      status: 'True',
      reason: reasons.pruneRefused,
      message: `${why}${verdict.plan}\n${how}`,
    } as const;
    if (deletionPlanOf(kustomization)?.message !== plan.message)
      context.record({ type: 'Warning', reason: reasons.pruneRefused, message: plan.message });
    return { deleted: [], kept: stale, plan };
  }

  /** Everything it ever applied, when it is deleted itself. */
  async collectAll(
    kustomization: Kustomization,
    objects: readonly ObjectId[],
    applied: AppliedObjects,
    context: ReconcileContext,
  ): Promise<Collected> {
    const isKept = this.protects(kustomization);
    const suspended = objects.filter((id) => applied.isSuspended(id));
    if (suspended.length > 0) return { deleted: [], kept: objects, error: errors.PruneSuspended({ objects: suspended.map(nameOf).join(', ') }) };
    return await this.delete(
      kustomization,
      objects.filter((id) => !isKept(id)),
      applied,
      context,
    );
  }

  /** Releases and Kustomizations clean up first; a namespace that goes at the same time would take away what they need for it. */
  private async delete(
    kustomization: Kustomization,
    ids: readonly ObjectId[],
    applied: AppliedObjects,
    context: ReconcileContext,
  ): Promise<Collected> {
    const deleted: ObjectId[] = [];
    const settled: ObjectId[] = [];
    for (const step of [ids.filter((id) => !isNamespace(id)), ids.filter(isNamespace)]) {
      if (step.length === 0) continue;
      const result = await applied.prune({ objects: step, labels: ownerLabels(kustomization) });
      const slow = ids.some(isNamespace) ? result.deleted.filter(hasCleanup) : [];
      const lingering = slow.length === 0 ? [] : await this.lingering(kustomization, slow, applied, context);
      deleted.push(...result.deleted);
      settled.push(
        ...difference(
          result.deleted,
          lingering.map(({ id }) => id),
        ),
        ...result.skipped.map(({ id }) => id),
      );
      const problems = [
        ...result.failed.map(({ id, error }) => `${nameOf(id)}: ${error.message}`),
        ...lingering.map(({ id, reason }) => `${nameOf(id)}: ${reason}`),
      ];
      if (problems.length > 0) {
        const error = errors.PruneIncomplete({ count: problems.length, problems: problems.join('\n') });
        return { deleted, kept: difference(ids, settled), error };
      }
    }
    return { deleted, kept: [] };
  }

  private async lingering(kustomization: Kustomization, slow: readonly ObjectId[], applied: AppliedObjects, context: ReconcileContext) {
    const { unhealthy } = await context.idle(applied.gone(slow, { timeoutMs: timeoutMs(kustomization), signal: context.signal }));
    return unhealthy.map(({ id, health }) => ({ id, reason: health.message || 'still there' }));
  }

  /** What a Kustomization never deletes: namespaces of the cluster and the agent, and what it itself lives on. */
  private protects(kustomization: Kustomization): (id: ObjectId) => boolean {
    const { name, namespace = '' } = kustomization.metadata;
    const source = sourceOf(kustomization);
    return (id) => {
      if (isProtected(id, this.runtime.agentNamespace)) return true;
      if (kustomization.spec.kubeConfig !== undefined) return false;
      if (isNamespace(id)) return id.name === namespace;
      if (id.group === 'kustomize.toolkit.fluxcd.io') return id.kind === 'Kustomization' && id.name === name && id.namespace === namespace;
      return id.group === 'source.toolkit.fluxcd.io' && id.kind === source.kind && id.name === source.name && id.namespace === source.namespace;
    };
  }
}

function isNamespace(id: ObjectId): boolean {
  return id.group === '' && id.kind === 'Namespace';
}

/** Labels every object of a Kustomization carries: whose it is. */
export function ownerLabels({ metadata }: Kustomization): Record<string, string> {
  return { [labels.kustomizeName]: metadata.name, [labels.kustomizeNamespace]: metadata.namespace ?? '' };
}

/** Undefined: as many as there are, as in Flux. What is not a number allows none. */
export function budgetOf({ metadata }: Kustomization): number | undefined {
  const text = metadata.annotations?.[annotations.deletionBudget];
  if (text === undefined || text === 'unlimited') return undefined;
  return /^\d+$/.test(text) ? Number(text) : 0;
}
