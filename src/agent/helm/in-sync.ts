import { conditionTypes, reasons } from '../../model/conditions';
import type { DecodedRelease } from '../../render/types';
import { type Correction, describeDrift, modeOf, type ReleaseDrift } from './drift';
import { releaseOf, type Snapshot } from './history';
import { releasedMessage } from './lifecycle';
import type { StatusDraft } from './status-draft';
import { placed, type Work } from './work';

/**
 * The release is deployed and as wanted. Says so, says what a crash left unsaid, and brings back what drifted.
 * Costs no request where nothing happened.
 */
export async function keepInSync(
  work: Work,
  draft: StatusDraft,
  drift: ReleaseDrift,
  released: DecodedRelease | undefined,
): Promise<{ reason: string; message: string }> {
  const { storage, target } = work;
  const version = (await storage.revisions(target.storageNamespace, target.name)).at(-1)?.version ?? 0;
  const snapshot = await observed(work, draft, version);
  draft.storedIn(target.storageNamespace);
  const said = sayReleased(draft, snapshot);
  await lookAfter(work, draft, drift, snapshot, released);
  return said;
}

/** What is deployed but not wanted any more, a rollback, is kept as it is until something better comes. */
export async function keepDeployed(work: Work, draft: StatusDraft, drift: ReleaseDrift, released: DecodedRelease | undefined): Promise<void> {
  const { storage, target } = work;
  const deployed = (await storage.revisions(target.storageNamespace, target.name)).at(-1);
  const snapshot = draft.latest;
  if (snapshot !== undefined && deployed?.status === 'deployed' && deployed.version === snapshot.version)
    await lookAfter(work, draft, drift, snapshot, released);
}

async function lookAfter(
  work: Work,
  draft: StatusDraft,
  drift: ReleaseDrift,
  snapshot: Snapshot,
  released: DecodedRelease | undefined,
): Promise<void> {
  if (released === undefined) await heal(work, draft, drift, snapshot);
  else await drift.arm(work, snapshot.version, released.objects);
}

/** Brings back what drifted from a revision, and tells of it. */
async function heal(work: Work, draft: StatusDraft, drift: ReleaseDrift, snapshot: Snapshot): Promise<void> {
  const correction = await drift.heal(work, snapshot.version);
  if (correction !== undefined) tell(work, draft, snapshot, correction);
}

/** The revision as the status knows it; read from storage where it does not, for the agent was killed before it could say. */
async function observed(work: Work, draft: StatusDraft, version: number): Promise<Snapshot> {
  const known = draft.latest;
  if (known !== undefined && known.version === version && known.status === 'deployed') return known;
  const { storage, target, engine } = work;
  const stored = await storage.read(target.storageNamespace, target.name, version);
  if (stored === undefined) throw new Error(`revision ${version} went away`);
  const release = await engine.decodeRelease(stored.record);
  draft.inventory(await Promise.all(release.objects.map(async (object) => await placed(work, object))));
  const snapshot = draft.observe(release, draft.lastAttempt ?? 'upgrade');
  draft.supersede(version);
  draft.succeeded();
  return snapshot;
}

/** Released=True stays as it was said; after a failure or a remediation that is none any more, it is said anew. */
function sayReleased(draft: StatusDraft, snapshot: Snapshot): { reason: string; message: string } {
  const before = draft.said(conditionTypes.released);
  const isUndone = draft.said(conditionTypes.remediated) !== undefined;
  if (isUndone) draft.unsay(conditionTypes.remediated);
  if (before?.status === 'True' && !isUndone && before.message.includes(` ${releaseOf(snapshot)} `))
    return { reason: before.reason, message: before.message };
  const action = !isUndone && (snapshot.action === 'install' || before?.reason === reasons.installFailed) ? 'install' : 'upgrade';
  const reason = action === 'install' ? reasons.installSucceeded : reasons.upgradeSucceeded;
  const message = releasedMessage(action, snapshot);
  draft.say(conditionTypes.released, 'True', reason, message);
  return { reason, message };
}

function tell(work: Work, draft: StatusDraft, snapshot: Snapshot, { drifted, corrected }: Correction): void {
  const release = releaseOf(snapshot);
  const message = `Cluster state of release ${release} has drifted from the desired state:\n${describeDrift(drifted)}`;
  work.context.record({ type: 'Warning', reason: reasons.driftDetected, message });
  if (modeOf(work.object) === 'warn') draft.say(conditionTypes.drifted, 'True', reasons.driftDetected, message);
  if (corrected.length === 0) return;
  const list = corrected.map((id) => `${id.kind}/${id.namespace === '' ? '' : `${id.namespace}/`}${id.name}`).join('\n');
  work.context.record({
    type: 'Normal',
    reason: reasons.driftCorrected,
    message: `Cluster state of release ${release} has been corrected:\n${list}`,
  });
}
