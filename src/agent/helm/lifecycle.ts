import { conditionTypes, reasons } from '../../model/conditions';
import type { ObjectId } from '../../model/object';
import type { DecodedRelease } from '../../render/types';
import { release, rollBack, supersede, unlock, type Wanted } from './actions';
import { attemptError, isForced } from './attempt';
import { chartOf, releaseOf, type Snapshot } from './history';
import { nextStep, type Step } from './release-state';
import type { Attempt } from './remediation';
import { ChangeFailed } from './revision-change';
import type { StatusDraft } from './status-draft';
import { uninstall } from './uninstall';
import { placed, timeoutMs, type Work } from './work';

/** What the lifecycle is given: the digests decide, the rest is asked for only where something is to be done. */
export interface Aim {
  readonly made: Wanted['made'];
  /** Flux's digest of the values. */
  readonly configDigest: string;
  /** Chart and values, for a render. */
  readonly ingredients: () => Promise<Wanted>;
  /** `podinfo@0.1.0`, for messages. */
  readonly chart: string;
}

/** How it ended. `released`: the revision that was made, if one was. */
export interface Ending {
  readonly step: Extract<Step, { type: 'none' | 'wait' | 'retry' | 'stalled' }>;
  readonly released?: DecodedRelease;
  /** The last failure, as `attemptError` words it. */
  readonly error?: Error;
}

/** Takes step after step until the release is as wanted, or nothing more may be done now. What happens is noted in the draft. */
export class Lifecycle {
  private readonly done = new Set<Step['type']>();
  private released: DecodedRelease | undefined;
  private error: Error | undefined;

  constructor(
    private readonly work: Work,
    private readonly draft: StatusDraft,
    private readonly aim: Aim,
  ) {}

  async run(): Promise<Ending> {
    for (;;) {
      const step = await this.next();
      switch (step.type) {
        case 'none':
        case 'wait':
        case 'retry':
        case 'stalled':
          return { step, released: this.released, error: this.error };
        case 'install':
        case 'upgrade':
          await this.attempt(step.type);
          break;
        case 'rollback':
          await this.rollBack(step.to);
          break;
        case 'uninstall':
          await this.uninstall();
          break;
        case 'unlock':
          await this.unlock(step.version);
          break;
        case 'supersede':
          await supersede(this.work, step.versions);
          break;
        case 'adopt':
          await this.adopt(step.snapshot);
          break;
      }
      this.done.add(step.type);
    }
  }

  private async next(): Promise<Step> {
    const { object, storage, target } = this.work;
    return nextStep({
      revisions: await storage.revisions(target.storageNamespace, target.name),
      wanted: this.aim.made,
      spec: object.spec,
      history: this.draft.history,
      lastAttempt: this.draft.lastAttempt,
      failures: this.draft.failures,
      forced: isForced(object),
      done: this.done,
      nowMs: Date.now(),
      patienceMs: timeoutMs(object),
    });
  }

  /** A failure is noted, not thrown, once Helm's storage has it; before, nothing was done and it is thrown. */
  private async attempt(action: Attempt): Promise<void> {
    const { draft, work } = this;
    draft.begin(action);
    draft.storedIn(work.target.storageNamespace);
    await work.context.writeStatus(draft.change());
    try {
      const released = await release(work, action, await this.aim.ingredients());
      const snapshot = draft.observe(released, action);
      draft.supersede(snapshot.version);
      draft.succeeded();
      await this.took(released);
      draft.say(conditionTypes.released, 'True', succeeded[action], releasedMessage(action, snapshot));
    } catch (error) {
      this.fail(action, error);
      if (!(error instanceof ChangeFailed)) throw this.error;
    }
  }

  private fail(action: Attempt, error: unknown): void {
    const { draft, work } = this;
    if (work.context.signal.aborted) throw error;
    const touched = error instanceof ChangeFailed;
    if (touched) draft.observe(error.release, action);
    draft.failed(action, touched);
    this.error = attemptError(action, `${work.target.namespace}/${work.target.name}`, this.aim.chart, error, touched);
    draft.say(conditionTypes.released, 'False', failed[action], detailOf(this.error));
  }

  private async rollBack(to: Snapshot): Promise<void> {
    const { draft, work } = this;
    this.tellOfFailure();
    const what = `Helm rollback to previous release ${releaseOf(to)} with chart ${chartOf(to)}`;
    try {
      const released = await rollBack(work, to.version);
      draft.observe(released, 'rollback');
      draft.supersede(released.revision);
      await this.took(released);
      draft.say(conditionTypes.remediated, 'True', reasons.rollbackSucceeded, `${what} succeeded`);
    } catch (error) {
      if (work.context.signal.aborted || !(error instanceof ChangeFailed)) throw error;
      draft.observe(error.release, 'rollback');
      draft.failed(undefined, false);
      draft.say(conditionTypes.remediated, 'False', reasons.rollbackFailed, `${what} failed: ${error.message}`);
    }
  }

  private async uninstall(): Promise<void> {
    const { draft, work } = this;
    this.tellOfFailure();
    const before = draft.latest;
    const ended = await uninstall(work, { keepHistory: false });
    const snapshot = ended === undefined ? before : draft.observe(ended, 'uninstall-remediation');
    draft.inventory(null);
    this.released = undefined;
    if (this.error === undefined || snapshot === undefined) return;
    const message = `Helm uninstall remediation for release ${releaseOf(snapshot)} with chart ${chartOf(snapshot)} succeeded`;
    draft.say(conditionTypes.remediated, 'True', reasons.uninstallSucceeded, message);
  }

  private async unlock(version: number): Promise<void> {
    const unlocked = await unlock(this.work, version);
    if (unlocked === undefined) return;
    const message = `Unlocked Helm release ${this.work.target.namespace}/${this.work.target.name}.v${version} with chart ${unlocked.chart.name}@${unlocked.chart.version}`;
    this.work.context.record({ type: 'Normal', reason: 'PendingRelease', message });
  }

  /** A release of Flux's own controller that is exactly as that left it, and as Git wants it, becomes ours as it is. */
  private async adopt(snapshot: Snapshot): Promise<void> {
    const { work, aim } = this;
    const { storage, target, engine } = work;
    const stored = await storage.read(target.storageNamespace, target.name, snapshot.version);
    if (stored === undefined) return;
    const found = await engine.decodeRelease(stored.record);
    const isAsLeft = found.snapshotDigest === snapshot.digest && found.info.status === 'deployed';
    const isAsWanted = `${found.chart.name}@${found.chart.version}` === aim.chart && snapshot.configDigest === aim.configDigest;
    if (!isAsLeft || !isAsWanted) return;
    await storage.claim(target.storageNamespace, { release: target.name, version: snapshot.version, status: 'deployed', made: aim.made });
    this.draft.inventory(await this.idsOf(found));
  }

  private async took(released: DecodedRelease): Promise<void> {
    this.released = released;
    this.draft.inventory(await this.idsOf(released));
  }

  private async idsOf(release: DecodedRelease): Promise<readonly ObjectId[]> {
    return await Promise.all(release.objects.map(async (object) => await placed(this.work, object)));
  }

  /** Ready will tell of the remediation; that it was needed is told here. */
  private tellOfFailure(): void {
    const why = this.draft.said(conditionTypes.released);
    if (this.error !== undefined && why !== undefined) this.work.context.record({ type: 'Warning', reason: why.reason, message: why.message });
  }
}

const succeeded = { install: reasons.installSucceeded, upgrade: reasons.upgradeSucceeded } as const;
const failed = { install: reasons.installFailed, upgrade: reasons.upgradeFailed } as const;

/** As Flux says it: `Helm install succeeded for release dev/podinfo.v1 with chart podinfo@0.1.0` */
export function releasedMessage(action: Attempt, snapshot: Snapshot): string {
  return `Helm ${action} succeeded for release ${releaseOf(snapshot)} with chart ${chartOf(snapshot)}`;
}

function detailOf(error: Error): string {
  return 'detail' in error && typeof error.detail === 'string' ? error.detail : error.message;
}
