import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { blockersOf } from '../live/blockers';
import { causeOf } from '../live/causes';
import { commitOf, inventoryOf, type LiveKustomization, type LiveLayer, shortRevision, sourceRefOf } from '../live/layers';
import { isWorkload } from '../live/live-kinds';
import { isReady } from '../live/readiness';
import { suspendedWords } from '../live/suspended';
import { why } from '../live/why';
import { illOfRelease, imagesOf, isHealthy, workloadsOfRelease } from '../live/workloads';
import { refOf, sameObject, type World } from '../live/world';
import { nearestNames } from '../locks/nearest-names';
import { type Goal, layerOfGoal, wantedObjects } from './goal';
import { imageLink } from './image-link';
import { type Link, open } from './link';
import { runsTag, valuesName } from './running-tag';

interface Source extends KubeObject {
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

/** The first link that a change has not passed. Undefined where it has arrived: applied, rolled out, and everything of it Ready. */
export function stuckLink(goal: Goal, world: World): Link | undefined {
  const layer = layerOfGoal(goal, world);
  if (layer === undefined) return open('applied', `there is no environment ${goal.environment} any more`, 'fairlead status');
  const wanted = wantedObjects(goal, layer, world);
  if (goal.image !== undefined && !wanted.some((object) => hasTag(object, goal, world))) {
    return imageLink(goal, layer, wanted, world) ?? notApplied(goal, layer, world) ?? notThere(goal, layer, wanted);
  }
  if (goal.image === undefined) {
    const behind = notApplied(goal, layer, world);
    if (behind !== undefined) return behind;
  }
  if (goal.release !== undefined && wanted.length === 0) return notThere(goal, layer, wanted);
  return notRolledOut(goal, layer, wanted, world);
}

function hasTag(object: KubeObject, { image }: Goal, world: World): boolean {
  return valuesName(object, image!) || workloadsOf(object, world).some((one) => runsTag(one, image!));
}

function workloadsOf(object: KubeObject, { objects }: World): readonly KubeObject[] {
  return object.kind === kinds.HelmRelease.kind ? workloadsOfRelease(object, objects) : [object];
}

/** Whether Git is fetched and applied, up to the commit that is wanted. */
function notApplied({ commit }: Goal, { kustomization }: LiveLayer, world: World): Link | undefined {
  const source = world.objects.get<Source>(sourceRefOf(kustomization));
  const fetched = commitOf(source?.status?.artifact?.revision);
  const applied = commitOf(kustomization.status?.lastAppliedRevision);
  const isWanted = (one: string | undefined) => commit === undefined || (one?.startsWith(commit) ?? false);
  if (commit !== undefined && wasApplied(kustomization, commit)) return undefined;
  if (source === undefined || fetched === undefined || !isWanted(fetched)) {
    if (source === undefined || !isReady(source)) {
      const { sentence, ...rest } = why(source ?? kustomization, world);
      return { step: 'fetched', says: `${nameOf(sourceRefOf(kustomization))}: ${sentence}`, ...rest };
    }
    const says = `${nameOf(refOf(source))} is at ${shortRevision(source.status?.artifact?.revision)}`;
    return open('fetched', says, `push the commit, or look at once: fairlead reconcile ${source.kind}/${source.metadata.name}`);
  }
  if (applied === fetched) return undefined;
  const at = applied === undefined ? '' : ` is at ${applied.slice(0, 7)}`;
  if (isReady(kustomization)) return open('applied', `${nameOf(refOf(kustomization))}${at}`, `fairlead reconcile ${kustomization.metadata.name}`);
  const { sentence, ...rest } = why(kustomization, world);
  const isFinal = rest.isFinal && !isOfEarlier(kustomization, fetched, world);
  return { step: 'applied', says: sentence, ...rest, isFinal };
}

/** What an earlier commit made is ill, which says nothing of the one that is to be applied. */
function isOfEarlier(kustomization: LiveKustomization, fetched: string, world: World): boolean {
  if (commitOf(kustomization.status?.lastAttemptedRevision) === fetched) return false;
  const [blocker] = blockersOf(kustomization, world);
  return blocker !== undefined && inventoryOf(kustomization).some((ref) => sameObject(ref, blocker));
}

/** Commits that were applied before the one that is now. */
function wasApplied({ status }: LiveKustomization, commit: string): boolean {
  const revisions = [status?.lastAppliedRevision, ...(status?.history ?? []).map(({ metadata }) => metadata?.revision)];
  return revisions.some((revision) => commitOf(revision)?.startsWith(commit));
}

function notThere({ release, environment, image, namespace }: Goal, { kustomization }: LiveLayer, wanted: readonly KubeObject[]): Link {
  if (wanted.length > 0 || release === undefined)
    return open('applied', `what is applied sets another version than ${image?.tag}`, 'fairlead images shows what is locked, and holds');
  const there = inventoryOf(kustomization).filter(({ kind }) => kind === kinds.HelmRelease.kind || isWorkload(kind));
  const near = nearestNames(
    release,
    there.map(({ name }) => name),
  );
  return open(
    'applied',
    `environment ${environment} has no release or workload ${release} in namespace ${namespace}`,
    near.length > 0
      ? `did you mean ${near.map((name) => `${environment}/${name}`).join(' or ')}?`
      : 'correct the name, or give its namespace with -n; fairlead status shows all',
  );
}

function notRolledOut({ image }: Goal, { kustomization }: LiveLayer, wanted: readonly KubeObject[], world: World): Link | undefined {
  for (const object of wanted) {
    const isRunning = image === undefined || workloadsOf(object, world).some((one) => runsTag(one, image)) || workloadsOf(object, world).length === 0;
    const healthy = object.kind === kinds.HelmRelease.kind ? illOfRelease(object, world).length === 0 : isHealthy(object, world);
    const settled = object.kind !== kinds.HelmRelease.kind || isReady(object);
    if (settled && healthy && isRunning) continue;
    if (settled && healthy && suspendedWords(object, world) !== undefined) {
      const { says, ...rest } = causeOf(object, world);
      return { step: 'rolled out', says: `${nameOf(refOf(object))}: ${says}`, ...rest };
    }
    if (settled && healthy) {
      const runs = [...new Set(workloadsOf(object, world).flatMap(imagesOf))].join(', ');
      return open('rolled out', `${nameOf(refOf(object))} is Ready and runs ${runs}`, 'see which value of the chart sets its image');
    }
    const { sentence, ...rest } = why(object, world);
    return { step: 'rolled out', says: wanted.length === 1 ? sentence : `${nameOf(refOf(object))} ${sentence}`, ...rest };
  }
  if (image !== undefined || isReady(kustomization)) return undefined;
  const { sentence, ...rest } = why(kustomization, world);
  return { step: 'rolled out', says: sentence, ...rest };
}
