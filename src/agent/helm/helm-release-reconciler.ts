import { errors } from '../../common/errors';
import { conditionTypes, reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { nameOf } from '../../model/object';
import { type ReleaseTarget, releaseTarget } from '../../objects/release-target';
import type { Engine } from '../../render/types';
import { isReady, readyOf, unmetMessage, unmetOf } from '../runtime/dependencies';
import { messageOf } from '../runtime/outcome-status';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import { targetOptionsOf } from '../runtime/target-options';
import type { Outcome, ReconcileContext, Reconciler, Runtime, StatusChange, TargetOptions } from '../runtime/types';
import { WatchedValues } from '../runtime/watched-values';
import type { Sources } from '../source/types';
import { isNewAttempt } from './attempt';
import { Charts } from './chart';
import { artifactReason, isAboutRepository, isPassing } from './chart-failure';
import { ChartWakeups } from './chart-wakeups';
import { dependenciesOf } from './dependencies';
import { ReleaseDrift } from './drift';
import type { HelmRelease } from './helm-release';
import { chartOf } from './history';
import { keepDeployed, keepInSync } from './in-sync';
import { ingredientsOf } from './ingredients';
import { deleteLeftChart } from './left-chart';
import { type Aim, type Ending, Lifecycle } from './lifecycle';
import { StatusDraft } from './status-draft';
import { Storages } from './storages';
import { targetChange } from './target-change';
import { uninstall } from './uninstall';
import { ReleaseValues } from './values';
import { durationMs, type Work } from './work';

/** Brings Helm releases about in Helm's own storage: install, upgrade, remedy, heal, uninstall, without Helm's command line. */
export function createHelmReleaseReconciler(runtime: Runtime, engine: Engine, sources: Sources): Reconciler<HelmRelease> & { close(): void } {
  return new HelmReleaseReconciler(runtime, engine, sources);
}

class HelmReleaseReconciler implements Reconciler<HelmRelease> {
  readonly kind = kinds.HelmRelease;
  readonly leases = ['helm-controller-leader-election'];

  private readonly charts: Charts;
  private readonly values: ReleaseValues;
  private readonly kubeconfigs: WatchedValues;
  private readonly drift: ReleaseDrift;
  private readonly storages: Storages;
  private readonly wakeups: ChartWakeups;

  constructor(
    private readonly runtime: Runtime,
    private readonly engine: Engine,
    sources: Sources,
  ) {
    this.charts = new Charts(sources, engine, runtime.store);
    this.values = new ReleaseValues(runtime, engine);
    this.kubeconfigs = new WatchedValues(runtime);
    this.drift = new ReleaseDrift(runtime.requestReconcile);
    this.storages = new Storages(runtime.requestReconcile);
    this.wakeups = new ChartWakeups(runtime, this.charts);
  }

  async reconcile(object: HelmRelease, context: ReconcileContext): Promise<Outcome> {
    if (object.spec.suspend) return { type: 'suspended' };
    const unsupported = unsupportedField(object);
    if (unsupported !== undefined) return stalled('UnsupportedField', unsupported);
    const waitsFor = await unmetOf(dependenciesOf(object), this.runtime);
    if (waitsFor.length > 0) return { type: 'waiting', reason: reasons.dependencyNotReady, message: unmetMessage(waitsFor), on: waitsFor };

    this.followKubeconfig(object);
    const work = await this.workOn(object, context, releaseTarget(object));
    const draft = new StatusDraft(object);
    let chartDigest: string | undefined;
    try {
      chartDigest = await this.charts.digest(object);
      if (chartDigest === undefined) return await this.withoutSource(work, draft);
      const aim = await this.aimAt(object, chartDigest);
      if (await this.leaveOldTarget(work, draft, aim.chart)) await context.writeStatus(draft.change());
      this.noteAttempt(work, draft, aim, chartDigest);
      const ending = await this.wakeups.during(object, chartDigest, () => new Lifecycle(work, draft, aim).run());
      return await this.outcomeOf(work, draft, ending);
    } catch (error) {
      context.signal.throwIfAborted();
      if (isAboutRepository(error)) return await this.withoutChart(work, draft, error, chartDigest === undefined);
      const reason = errors.ReleaseNotRendered.is(error) ? (draft.summary()?.reason ?? reasonOf(error)) : reasonOf(error);
      return { type: 'failed', reason, error, change: draft.change() };
    }
  }

  async finalize(object: HelmRelease, context: ReconcileContext): Promise<Outcome> {
    const latest = new StatusDraft(object).latest;
    const { storageNamespace } = object.status ?? {};
    if (!object.spec.suspend && storageNamespace !== undefined && (await this.identityExists(object))) {
      const target = latest === undefined ? releaseTarget(object) : { name: latest.name, namespace: latest.namespace, storageNamespace };
      try {
        const gone = await uninstall(await this.workOn(object, context, target), { keepHistory: object.spec.uninstall?.keepHistory ?? false });
        if (gone !== undefined) {
          const message = `Helm uninstall succeeded for release ${target.namespace}/${target.name}.v${gone.revision} with chart ${gone.chart.name}@${gone.chart.version}`;
          context.record({ type: 'Normal', reason: reasons.uninstallSucceeded, message });
        }
      } catch (error) {
        context.signal.throwIfAborted();
        return { type: 'failed', reason: reasons.uninstallFailed, error };
      }
    }
    await deleteLeftChart(this.runtime.clusters.own, object);
    this.drift.forget(object);
    this.values.forget(object);
    this.kubeconfigs.forget(refOf(object));
    return { type: 'finalized' };
  }

  /** Ends its watches. */
  close(): void {
    this.storages.close();
  }

  /** Credentials that were corrected or renewed lead to a visit with them. */
  private followKubeconfig(object: HelmRelease): void {
    const { kubeConfig } = targetOptions(object);
    const secrets = kubeConfig === undefined ? [] : [{ kind: 'Secret', namespace: kubeConfig.namespace, name: kubeConfig.secretRef.name }];
    this.kubeconfigs.follow(refOf(object), secrets);
  }

  private async workOn(object: HelmRelease, context: ReconcileContext, target: ReleaseTarget): Promise<Work> {
    const options = targetOptions(object);
    const cluster = await this.runtime.clusters.for(options);
    const isImpersonated = this.runtime.clusters.accountOf(options) !== undefined;
    const storage = this.storages.of(cluster, object, target, isImpersonated);
    return { object, owner: refOf(object), target, cluster, storage, engine: this.engine, context };
  }

  /** Digests decide whether there is anything to do; the chart's name and version are at hand where nothing changed. */
  private async aimAt(object: HelmRelease, chartDigest: string): Promise<Aim> {
    const configDigest = await this.values.digest(object);
    const made = ingredientsOf(chartDigest, configDigest, object.spec);
    const latest = new StatusDraft(object).latest;
    const isKnown =
      latest !== undefined &&
      object.status?.lastAttemptedRevisionDigest === chartDigest &&
      latest.chartVersion === object.status.lastAttemptedRevision;
    const info = isKnown ? { name: latest.chartName, version: latest.chartVersion } : await this.charts.info(await this.charts.content(object));
    return {
      made,
      configDigest,
      chart: chartOf({ chartName: info.name, chartVersion: info.version }),
      ingredients: async () => ({ chart: await this.charts.content(object), values: await this.values.compose(object), made }),
    };
  }

  /** The release's name, namespace, storage or (where asked for) chart name is another than before: the old one goes first. */
  private async leaveOldTarget(work: Work, draft: StatusDraft, chart: string): Promise<boolean> {
    const old = targetChange(work.object, work.target, chart);
    if (old === undefined) return false;
    await uninstall(await this.workOn(work.object, work.context, old), { keepHistory: work.object.spec.uninstall?.keepHistory ?? false });
    this.drift.forget(work.object);
    draft.clear();
    return true;
  }

  private noteAttempt(work: Work, draft: StatusDraft, aim: Aim, chartDigest: string): void {
    const attempted = { chartDigest, chartVersion: aim.chart.slice(aim.chart.lastIndexOf('@') + 1), configDigest: aim.configDigest };
    if (isNewAttempt(work.object, attempted, work.context)) draft.clearFailures();
    draft.attempt(attempted);
  }

  private async outcomeOf(work: Work, draft: StatusDraft, { step, released, error }: Ending): Promise<Outcome> {
    const pending = errors.ReleasePending({ release: `${work.target.namespace}/${work.target.name}` });
    switch (step.type) {
      case 'none': {
        const said = await keepInSync(work, draft, this.drift, released);
        return { type: 'ready', ...said, change: draft.change(), againMs: durationMs(work.object.spec.interval) };
      }
      case 'wait':
        return asItWas(work.object, step.forMs) ?? { type: 'failed', reason: 'PendingRelease', error: pending, againMs: step.forMs };
      case 'stalled':
        await keepDeployed(work, draft, this.drift, released);
        return { type: 'stalled', reason: step.reason, message: step.message, change: withReady(draft) };
      case 'retry': {
        const againMs = step.after === undefined ? undefined : durationMs(step.after);
        return { type: 'failed', reason: draft.summary()?.reason ?? reasons.upgradeFailed, error: error ?? pending, change: draft.change(), againMs };
      }
    }
  }

  /** Nothing can be read, at all or just now. What is deployed is kept as it is, and so is every word that is said of it. */
  private async withoutSource(work: Work, draft: StatusDraft): Promise<Outcome> {
    const source = this.charts.source(work.object);
    const isComing = readyOf(work.object) !== undefined && this.charts.isExpected(work.object);
    if (!isComing && (draft.latest === undefined || !isReady(work.object)))
      return { type: 'waiting', reason: 'SourceNotReady', message: `${nameOf(source)} has no content yet`, on: [source] };
    await keepDeployed(work, draft, this.drift, undefined);
    return { type: 'unchanged', againMs: durationMs(work.object.spec.interval) };
  }

  /**
   * The chart cannot be had, which changes nothing about what is deployed.
   * @param unknown which chart is wanted cannot be told: while its repository only cannot be asked, every word that is said of the release stays
   */
  private async withoutChart(work: Work, draft: StatusDraft, error: unknown, unknown: boolean): Promise<Outcome> {
    const { object } = work;
    await keepDeployed(work, draft, this.drift, undefined);
    const isSettled = draft.latest !== undefined && readyOf(object) !== undefined && object.status?.observedGeneration === object.metadata.generation;
    if (unknown && isPassing(error) && isSettled) return { type: 'unchanged', againMs: durationMs(object.spec.interval) };
    if (errors.ChartDigestMismatch.is(error)) return { type: 'stalled', reason: reasonOf(error), message: messageOf(error), change: draft.change() };
    return { type: 'failed', reason: reasonOf(error), error, change: draft.change() };
  }

  /** Flux lets a release go whose identity is gone, as it is when its namespace is being deleted. */
  private async identityExists(object: HelmRelease): Promise<boolean> {
    const account = this.runtime.clusters.accountOf(targetOptionsOf(object));
    if (account === undefined || object.spec.kubeConfig !== undefined) return true;
    const id = { group: '', version: 'v1', kind: 'ServiceAccount', ...account };
    return (await this.runtime.clusters.own.get(id, { as: 'metadata' })) !== undefined;
  }
}

/** Without it the release would go somewhere else, or be of a chart that nobody vouches for. */
function unsupportedField(object: HelmRelease): Error | undefined {
  return unsupportedTarget(object) ?? (object.spec.chart?.spec.verify && errors.ReleaseUnsupported({ field: 'spec.chart.spec.verify' }));
}

function unsupportedTarget({ spec }: HelmRelease): Error | undefined {
  return spec.kubeConfig?.configMapRef && errors.ReleaseUnsupported({ field: 'spec.kubeConfig.configMapRef' });
}

function targetOptions(object: HelmRelease): TargetOptions {
  const unsupported = unsupportedTarget(object);
  if (unsupported !== undefined) throw unsupported;
  return targetOptionsOf(object);
}

/** Ready as before, where it was ready for this very spec. */
function asItWas(object: HelmRelease, againMs: number): Outcome | undefined {
  const ready = readyOf(object);
  return ready !== undefined && isReady(object) ? { type: 'ready', reason: ready.reason, message: ready.message, againMs } : undefined;
}

/** Ready tells what failed, Stalled that nothing more is done about it. */
function withReady(draft: StatusDraft): StatusChange {
  const change = draft.change();
  const why = draft.summary();
  if (why === undefined) return change;
  const ready = { type: conditionTypes.ready, status: 'False', reason: why.reason, message: why.message } as const;
  return { ...change, conditions: [...(change.conditions ?? []), ready] };
}

/** What Flux calls what went wrong before anything was done. */
function reasonOf(error: unknown): string {
  if ([errors.ValuesMissing, errors.ValuesKeyMissing, errors.ValuesInvalid].some((one) => one.is(error))) return 'ValuesError';
  return artifactReason(error) ?? reasons.reconciliationFailed;
}
