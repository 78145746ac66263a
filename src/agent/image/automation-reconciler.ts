import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { Engine } from '../../render/types';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { FollowedSecrets } from '../source/followed-secrets';
import type { GitRepository } from '../source/git-repository';
import { accessTo } from '../source/git-repository-access';
import type { GitSources } from '../source/git-sources';
import type { ImageUpdateAutomation } from './automation';
import { AutomationGit, pushedRevision } from './automation-git';
import { messageFor, resynthMessage } from './automation-message';
import { brokenFiles, pushEvent, type Run, summaryOf } from './automation-outcome';
import { type Choices, choicesOf, sameChoices } from './automation-policies';
import { selectorProblem } from './automation-selector';
import { signingKeyOf } from './automation-signing';
import { resynthBranch, sourceRefOf, type Target, targetOf } from './automation-target';
import { wakeAutomations } from './automation-wakeups';
import { pushRefspec, updateInPlace, updateLocks, updateOnBranch, type Work } from './automation-work';
import type { ImagePolicy } from './types';

/** Of a Ready that is False although the work was done as far as it could be. */
const UPDATE_FAILED = 'UpdateFailed';

/** What the rooms of images and sources make of ImageUpdateAutomations. */
export function createAutomationReconciler(runtime: Runtime, sources: GitSources, engine: Pick<Engine, 'commitMessage'>, pushes = true): Reconciler {
  wakeAutomations(runtime);
  return new AutomationReconciler(runtime, sources, engine, pushes);
}

/** Keeps the files of a repository at what image policies chose, one commit at a time. */
class AutomationReconciler implements Reconciler<ImageUpdateAutomation> {
  readonly kind = kinds.ImageUpdateAutomation;
  readonly leases = ['image-automation-controller-leader-election'];

  private readonly secrets: FollowedSecrets;

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: GitSources,
    private readonly engine: Pick<Engine, 'commitMessage'>,
    private readonly pushes: boolean,
  ) {
    this.secrets = new FollowedSecrets(runtime);
  }

  async reconcile(automation: ImageUpdateAutomation, context: ReconcileContext): Promise<Outcome> {
    const { spec } = automation;
    if (spec.suspend) return { type: 'suspended' };
    if (!this.pushes) return stalled('GitReadOnly', errors.GitReadOnly());
    const problem = selectorProblem(spec.policySelector ?? {});
    if (problem !== undefined) return { type: 'stalled', reason: 'InvalidPolicySelector', message: `failed to parse policy selector: ${problem}` };
    const source = sourceRefOf(automation);
    const repository = this.runtime.store.get<GitRepository>(source);
    if (repository === undefined) {
      const message = `there is no ${source.kind} ${source.namespace}/${source.name}`;
      return { type: 'waiting', reason: 'SourceManagerFailed', message, on: [source] };
    }
    const target = targetOf(automation, repository);
    if ('reason' in target) return { type: 'stalled', ...target };

    const choices = choicesOf(automation, this.runtime.store.list<ImagePolicy>('ImagePolicy'));
    const againMs = parseDuration(spec.interval);
    if (isUpToDate(automation, repository, target, choices, context.causes)) return { type: 'unchanged', againMs, isDone: true };
    try {
      const work = await this.prepare(automation, repository, target, choices, context);
      return await this.carryOut(automation, work, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      // It is fetched anew now, for everybody who reads it.
      if (errors.SourceBroken.is(error)) this.runtime.requestReconcile(source, 'retry');
      if (errors.MessageFieldRemoved.is(error)) return stalled('RemovedTemplateField', error);
      return failed(error);
    }
  }

  async finalize(automation: ImageUpdateAutomation): Promise<Outcome> {
    this.secrets.forget(refOf(automation));
    return { type: 'finalized' };
  }

  private async prepare(
    automation: ImageUpdateAutomation,
    repository: GitRepository,
    target: Target,
    choices: Choices,
    { signal, causes, idle }: ReconcileContext,
  ): Promise<Work> {
    const { namespace, name } = automation.metadata;
    const { redactor } = this.runtime;
    const { access, signingKey } = await this.secrets.reading(refOf(automation), async (read) => ({
      access: await accessTo(repository, read, redactor, this.sources.knownHosts),
      signingKey: await signingKeyOf(automation, read, redactor),
    }));
    const { name: authorName = '', email = '' } = automation.spec.git?.commit.author ?? {};
    const mirror = this.sources.mirror(repository);
    return {
      git: new AutomationGit(mirror, repository, target, `refs/fairlead/automation/${namespace}/${name}`, access, signal),
      target,
      choices,
      signature: { author: { name: authorName, email }, signingKey },
      fresh: ['requested', 'retry', 'interval'].some((cause) => causes.has(cause)) || !target.followsSource,
      idle,
    };
  }

  private async carryOut(automation: ImageUpdateAutomation, work: Work, context: ReconcileContext): Promise<Outcome> {
    const { target, choices } = work;
    const update = target.switchesBranch ? updateOnBranch : updateInPlace;
    const direct = await update(work, ({ changes }) => messageFor(automation, changes, target.base, this.engine));
    const { pushed } = direct;
    if (pushed !== undefined) this.runtime.requestReconcile(sourceRefOf(automation), 'requested');

    const isHere = pushed !== undefined && !target.switchesBranch;
    const head = isHere ? { commit: pushed.commit, revision: pushedRevision(target, pushed.commit.id) } : direct.head;
    const noted = {
      lastAutomationRunTime: timestamp(),
      ...(pushed === undefined ? {} : { lastPushCommit: pushed.commit.id, lastPushTime: timestamp() }),
    };
    try {
      if (pushed !== undefined && target.refspec !== undefined) await pushRefspec(work, target.refspec, pushed.commit.id);
      const branch = resynthBranch(automation);
      const derived =
        choices.derived.size === 0 ? undefined : await updateLocks(work, branch, async ({ changes }) => resynthMessage(automation, changes), head);
      return this.settle(automation, { direct, derived }, work, { ...noted, observedSourceRevision: head.revision }, context);
    } catch (error) {
      // What was pushed is pushed.
      const event = pushEvent(direct, target);
      if (event !== undefined) context.record(event);
      if (context.signal.aborted) {
        if (event !== undefined) await context.writeStatus({ fields: noted });
        throw error;
      }
      return { ...failed(error), change: { fields: noted } };
    }
  }

  private settle(
    automation: ImageUpdateAutomation,
    run: Run,
    { target, choices }: Work,
    noted: Readonly<Record<string, unknown>>,
    context: ReconcileContext,
  ): Outcome {
    const againMs = parseDuration(automation.spec.interval);
    const { derived } = run;
    const lastPush =
      noted.lastPushCommit === undefined && derived?.pushed !== undefined
        ? { lastPushCommit: derived.pushed.commit.id, lastPushTime: timestamp() }
        : {};
    const fields = { ...noted, ...lastPush, observedPolicies: choices.observed };
    const [event, ...others] = [pushEvent(run.direct, target), derived && pushEvent(derived, target)].filter((it) => it !== undefined);
    for (const other of others) context.record(other);
    const error = brokenFiles(run);
    if (error !== undefined) {
      if (event !== undefined) context.record(event);
      // It is settled: only another commit changes it.
      const observedGeneration = automation.metadata.generation;
      return { type: 'failed', reason: UPDATE_FAILED, error, againMs, change: { fields: { ...fields, observedGeneration } } };
    }
    return { type: 'ready', reason: reasons.succeeded, message: summaryOf(run, choices), event, againMs, change: { fields } };
  }
}

/** Neither policies nor what is read changed since files were last looked at, and nobody wants them looked at again. */
function isUpToDate(
  { metadata, status }: ImageUpdateAutomation,
  repository: GitRepository,
  { followsSource, switchesBranch }: Target,
  choices: Choices,
  causes: ReadonlySet<string>,
): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (status === undefined || status.observedGeneration !== metadata.generation || !(ready?.status === 'True' || ready?.reason === UPDATE_FAILED))
    return false;
  if (['requested', 'spec', 'values', 'retry'].some((cause) => causes.has(cause))) return false;
  const isAlone = !switchesBranch && followsSource && choices.derived.size === 0;
  // Another branch may be gone, merged or pushed to: it is looked at now and then.
  if (!isAlone && causes.has('interval')) return false;
  const isRead = !followsSource || repository.status?.artifact?.revision === status.observedSourceRevision;
  return isRead && sameChoices(status.observedPolicies, choices.observed);
}

function failed(error: unknown): Outcome & { type: 'failed' } {
  const isSecret = errors.SourceSecretMissing.is(error) || errors.SigningKeyRefused.is(error);
  return { type: 'failed', reason: isSecret ? reasons.authenticationFailed : reasons.gitOperationFailed, error };
}
