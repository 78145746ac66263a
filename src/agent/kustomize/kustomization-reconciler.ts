import { errors } from '../../common/errors';
import { conditionTypes, reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { annotations, fieldManagers } from '../../model/labels';
import { idOf, nameOf, type ObjectId } from '../../model/object';
import { decodeInventory, encodeInventory, stale, union } from '../../objects/inventory';
import type { Engine } from '../../render/types';
import type { AppliedObjects } from '../apply/types';
import { refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import type { SourceRef, Sources } from '../source/types';
import { Applications, isAtomic } from './applications';
import { type AppliedState, appliedState, inputsDigest } from './applied-state';
import { boundElsewhere, leadsElsewhere } from './bound-elsewhere';
import { Builder, type Desired } from './builder';
import { deletionDoubt, deletionPlanOf } from './deletion-doubt';
import { unmetDependencies } from './dependencies';
import { Finalizer } from './finalizer';
import { type Collected, Garbage } from './garbage';
import { checkHealth, healthTargets } from './health-checks';
import { type Kustomization, sourceOf, unsupportedFields } from './kustomization';
import { asItWas, failed, historyWith, ready, refused, stalled, unreadable, waitFor, waitForSource } from './outcomes';
import { Recoveries } from './recoveries';
import { Substitutes } from './substitutes';

/** One visit: what it looks at, and when it began. */
interface Visit {
  readonly kustomization: Kustomization;
  readonly context: ReconcileContext;
  readonly source: SourceRef;
  readonly started: number;
}

/** What was applied: identities as the cluster knows them, and what it was made of. */
interface Applied {
  readonly revision: string;
  readonly state?: AppliedState;
  readonly objects: readonly ObjectId[];
  /** Those that an annotation keeps us from are not waited for. */
  readonly healthOf: readonly ObjectId[];
  readonly desired?: Desired;
}

/** Keeps a cluster equal to a folder of a source. */
export class KustomizationReconciler implements Reconciler<Kustomization> {
  readonly kind = kinds.Kustomization;
  readonly leases = ['kustomize-controller-leader-election'];

  private readonly builder: Builder;
  private readonly substitutes: Substitutes;
  private readonly applications: Applications;
  private readonly garbage: Garbage;
  private readonly finalizer: Finalizer;
  private readonly recoveries: Recoveries;

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: Sources,
    engine: Engine,
  ) {
    this.builder = new Builder(sources, engine);
    this.substitutes = new Substitutes(runtime);
    this.applications = new Applications(runtime);
    this.garbage = new Garbage(runtime);
    this.finalizer = new Finalizer(runtime, this.garbage);
    this.recoveries = new Recoveries(runtime);
  }

  async reconcile(kustomization: Kustomization, context: ReconcileContext): Promise<Outcome> {
    if (kustomization.spec.suspend) return { type: 'suspended' };
    const unsupported = unsupportedFields(kustomization);
    if (unsupported.length > 0) return stalled(errors.KustomizationUnsupported({ field: unsupported.join(', ') }));

    this.recoveries.forget(refOf(kustomization));
    const visit: Visit = { kustomization, context, source: sourceOf(kustomization), started: performance.now() };
    try {
      return await this.advance(visit);
    } catch (error) {
      if (context.signal.aborted) throw error;
      if (errors.SourceNotReady.is(error) || errors.SourceBroken.is(error)) return asItWas(kustomization, visit.source);
      if (errors.SourcePathMissing.is(error) || errors.SourceKindUnknown.is(error)) return this.failed(visit, reasons.artifactFailed, error);
      if (errors.SubstituteMissing.is(error) || errors.SourceLfsPointer.is(error)) return this.failed(visit, reasons.buildFailed, error);
      throw error;
    }
  }

  async finalize(kustomization: Kustomization, context: ReconcileContext): Promise<Outcome> {
    this.recoveries.forget(refOf(kustomization));
    const outcome = await this.finalizer.finalize(kustomization, context);
    if (outcome.type === 'finalized') {
      this.applications.forget(kustomization);
      this.substitutes.forget(kustomization);
    }
    return outcome;
  }

  /** Ends what it follows. */
  close(): void {
    this.recoveries.close();
  }

  private async advance(visit: Visit): Promise<Outcome> {
    const { kustomization, context, source } = visit;
    const { own } = this.runtime.clusters;
    const bound = await boundElsewhere(kustomization, own);
    if (bound !== undefined) return bound;
    const revision = this.sources.revision(source);
    if (revision === undefined) return waitForSource(source);

    const substitutes = await this.substitutes.of(kustomization);
    const stateAt = async (scope: string): Promise<AppliedState | undefined> => {
      const tree = await this.sources.digest(source, scope);
      return tree === undefined ? undefined : { scope, tree, inputs: inputsDigest(tree, kustomization.spec, substitutes.versions) };
    };
    const before = appliedState(kustomization);
    const state = before && (await stateAt(before.scope));
    if (state !== undefined && (await this.isApplied(visit, state))) {
      const objects = decodeInventory(kustomization.status?.inventory);
      return await this.settle(visit, { revision, state, objects, healthOf: objects });
    }

    const waiting = await unmetDependencies(kustomization, revision, this.runtime, this.sources);
    if (waiting.length > 0) return waitFor(waiting);

    const desired = await this.builder.build(source, kustomization.spec, substitutes.variables);
    const leads = await leadsElsewhere(kustomization, desired.objects, own);
    if (leads !== undefined) return leads;
    const isHopeless = desired.objects.length === 0 || isAtomic(kustomization);
    if (isHopeless && desired.errors.length > 0) return this.failed(visit, reasons.buildFailed, unreadable(kustomization, desired), desired);

    const { result, objects } = await this.applications.apply(kustomization, desired, context);
    if (result.failed.length > 0) return this.failed(visit, reasons.reconciliationFailed, refused(desired, result), desired);
    if (desired.errors.length > 0) return this.failed(visit, reasons.buildFailed, unreadable(kustomization, desired), desired);

    const wanted = result.results.map(({ id }) => id);
    const collected = await this.prune(visit, desired, wanted, objects);
    const applied: Applied = {
      revision: desired.revision,
      // Of another revision than was built, it would say too much.
      state: desired.revision === this.sources.revision(source) ? await stateAt(desired.scope) : undefined,
      objects: union(wanted, collected.kept),
      healthOf: result.results.filter(({ action }) => action !== 'skipped').map(({ id }) => id),
      desired,
    };
    if (collected.error === undefined) this.applications.complete(kustomization, applied.state?.inputs);
    return await this.settle(visit, applied, collected);
  }

  /** Applied by this process as it is wanted now; nobody asks for more and no deletion waits. */
  private async isApplied({ kustomization, context }: Visit, now: AppliedState): Promise<boolean> {
    const isAsked = ['drift', 'requested'].some((cause) => context.causes.has(cause));
    const hasPlan = deletionPlanOf(kustomization) !== undefined;
    const isConfirmed = kustomization.metadata.annotations?.[annotations.confirmDeletion] !== undefined;
    if (isAsked || hasPlan || isConfirmed || appliedState(kustomization)?.inputs !== now.inputs) return false;
    return await this.applications.has(kustomization, now.inputs);
  }

  private async prune(
    { kustomization, context, source }: Visit,
    desired: Desired,
    wanted: readonly ObjectId[],
    applied: AppliedObjects,
  ): Promise<Collected> {
    const gone = stale(decodeInventory(kustomization.status?.inventory), wanted);
    if (gone.length === 0 || !kustomization.spec.prune) return { deleted: [], kept: [] };
    const last = kustomization.status?.lastAppliedRevision;
    const isRewritten = last !== undefined && !(await this.sources.descends(source, last, desired.revision));
    const doubt = deletionDoubt(kustomization, { revision: desired.revision, isEmpty: wanted.length === 0, isRewritten });
    const collected = await this.garbage.collect({ kustomization, stale: gone, applied, context, doubt });
    if (collected.deleted.length > 0) {
      const message = collected.deleted.map((id) => `${nameOf(id)} deleted`).join('\n');
      context.record({ type: 'Normal', reason: reasons.reconciliationSucceeded, message, metadata: { revision: desired.revision } });
    }
    return collected;
  }

  /** Everything is applied. A deletion that waits does not make it less so: its plan stands beside Ready. */
  private async settle(visit: Visit, applied: Applied, collected?: Collected): Promise<Outcome> {
    const { kustomization, started } = visit;
    const { revision, state, desired } = applied;
    const fields = { inventory: encodeInventory(applied.objects), lastAttemptedRevision: revision };
    const plan =
      collected === undefined ? {} : collected.plan === undefined ? { without: [conditionTypes.deletionPlan] } : { conditions: [collected.plan] };
    if (collected?.error !== undefined) return failed(kustomization, reasons.pruneFailed, collected.error, { ...plan, fields });
    if (collected !== undefined && collected.plan === undefined) await this.useConfirmation(kustomization);

    const objects = this.applications.objectsOf(kustomization);
    const health = await checkHealth(kustomization, revision, applied.healthOf, objects, visit.context);
    const status = health.error === undefined ? reasons.reconciliationSucceeded : reasons.healthCheckFailed;
    const history = historyWith(kustomization, { revision, desired, status, state, started });
    const conditions = { conditions: [...(plan.conditions ?? []), ...health.conditions], without: [...(plan.without ?? []), ...health.without] };
    if (health.error !== undefined) {
      if (objects !== undefined) this.recoveries.expect(refOf(kustomization), healthTargets(kustomization, applied.healthOf), objects);
      return failed(kustomization, reasons.healthCheckFailed, health.error, { ...conditions, fields: { ...fields, history } });
    }
    return ready(kustomization, revision, { ...conditions, fields: { ...fields, lastAppliedRevision: revision, history } });
  }

  /** A confirmation counts once. */
  private async useConfirmation(kustomization: Kustomization): Promise<void> {
    if (kustomization.metadata.annotations?.[annotations.confirmDeletion] === undefined) return;
    const body = { metadata: { annotations: { [annotations.confirmDeletion]: null } } };
    await this.runtime.clusters.own.patch(idOf(kustomization), 'merge', body, { fieldManager: fieldManagers.kustomize });
  }

  /** Nothing was deleted, and the inventory stays what was written ahead: what could not be read or applied is still wanted. */
  private failed({ kustomization, source, started }: Visit, reason: string, error: unknown, desired?: Desired): Outcome {
    const revision = desired?.revision ?? this.sources.revision(source);
    if (revision === undefined) return failed(kustomization, reason, error, {});
    const history = desired === undefined ? {} : { history: historyWith(kustomization, { revision, desired, status: reason, started }) };
    return failed(kustomization, reason, error, { fields: { lastAttemptedRevision: revision, ...history } });
  }
}
