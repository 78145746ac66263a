import { conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { type KubeObject, nameOf } from '../../model/object';
import { suspensionKey } from '../../model/suspension';
import { printAge } from '../print/age';
import { agentAtWork } from './agent-lease';
import { commitOf, type LiveKustomization, layersOf, shortRevision, sourceRefOf } from './layers';
import { conditionOf, isReady, readinessOf } from './readiness';
import { clock, isSuspendedBySpec, resumeCommand, suspensionWords } from './suspended';
import { firstLine } from './told-error';
import { refOf, type World } from './world';

/** Something that is out of step, though nothing need be broken. */
export interface Note {
  readonly level: 'fail' | 'warn' | 'info';
  /** What it is of: `Kustomization/flux-system/dev`, or the whole cluster. */
  readonly of: string;
  /** One sentence without full stop, to be read after `of`. */
  readonly says: string;
  readonly remedy?: string;
}

/** Everything of a cluster that people should know besides what is not ready. */
export function notesOf(world: World): Note[] {
  return [
    ...unreadNotes(world),
    ...agentNotes(world),
    ...suspensionNotes(world),
    ...sourceNotes(world),
    ...layerNotes(world),
    ...holdNotes(world),
    ...driftNotes(world),
  ];
}

/** Suspensions, of whichever kind: everything that waits or shows tells of them. */
export function suspensionNotes(world: World): Note[] {
  const own = world.suspensions.map((suspension): Note => {
    const of = suspension.of.kind === 'Cluster' ? 'everything' : nameOf(suspension.of);
    return { level: 'warn', of, says: `is ${suspensionWords(suspension, world.now)}`, remedy: resumeCommand(suspension, world) };
  });
  const known = new Set(world.suspensions.map(({ of }) => suspensionKey(of)));
  const bySpec = Object.values(kinds)
    .flatMap(({ kind }) => world.objects.list(kind))
    .filter((object) => isSuspendedBySpec(object) && !known.has(suspensionKey(refOf(object))))
    .map((object): Note => ({ level: 'warn', of: nameOf(refOf(object)), says: 'is suspended by spec.suspend', remedy: resumePatch(object) }));
  return [...own, ...bySpec];
}

function resumePatch({ kind, metadata }: KubeObject): string {
  return `where it was set by hand: kubectl patch ${kind.toLowerCase()} ${metadata.name} -n ${metadata.namespace} --type merge -p '{"spec":{"suspend":null}}'`;
}

/** Without Kustomizations and releases nothing can be said of the cluster; other kinds are missed only where something is amiss. */
function unreadNotes({ unread }: World): Note[] {
  const kindsUnread = [...unread.keys()];
  if (kindsUnread.length === 0) return [];
  const isBlind = [kinds.Kustomization.kind, kinds.HelmRelease.kind].some((kind) => unread.has(kind));
  const says = `may not be seen by you: ${kindsUnread.sort().join(', ')}`;
  return [{ level: isBlind ? 'fail' : 'info', of: 'what is in the cluster', says, remedy: 'ask for a role that may list them' }];
}

/** Whether anybody is at work at all. */
export function agentNotes(world: World): Note[] {
  const agent = agentAtWork(world);
  const isUsed = layersOf(world.objects).length > 0;
  if (agent === undefined || agent.isAlive || !isUsed) return [];
  const since = agent.renewedAt === undefined ? '' : `, the last was seen ${printAge(agent.renewedAt, world.now)}`;
  return [{ level: 'fail', of: 'the cluster', says: `has no agent at work${since}`, remedy: 'fairlead doctor' }];
}

interface Source extends KubeObject {
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

/** Sources that cannot be read now, though what they had is still in use. */
function sourceNotes({ objects, now }: World): Note[] {
  return [kinds.GitRepository, kinds.OCIRepository].flatMap(({ kind }) =>
    objects.list<Source>(kind).flatMap((source): Note[] => {
      const { artifact } = source.status ?? {};
      const { state, since } = readinessOf(source);
      if (artifact === undefined || state === 'ready' || state === 'progressing') return [];
      const at = since === undefined ? '' : ` since ${clock(since, now)}`;
      return [{ level: 'warn', of: nameOf(refOf(source)), says: `cannot be read${at}, so ${shortRevision(artifact.revision)} stays in use` }];
    }),
  );
}

function layerNotes(world: World): Note[] {
  return layersOf(world.objects).flatMap(({ kustomization }) => [...behind(kustomization, world), ...waitingDeletion(kustomization)]);
}

/** Git is ahead of what is applied. Of what is not ready `why` says more. */
function behind(kustomization: LiveKustomization, { objects }: World): Note[] {
  const fetched = objects.get<Source>(sourceRefOf(kustomization))?.status?.artifact?.revision;
  const applied = kustomization.status?.lastAppliedRevision;
  if (fetched === undefined || applied === undefined || commitOf(fetched) === commitOf(applied) || !isReady(kustomization)) return [];
  const says = `is at ${shortRevision(applied)}, and ${shortRevision(fetched)} is there`;
  return [{ level: 'warn', of: nameOf(refOf(kustomization)), says, remedy: `fairlead reconcile ${kustomization.metadata.name}` }];
}

function waitingDeletion(kustomization: LiveKustomization): Note[] {
  const plan = conditionOf(kustomization, conditionTypes.deletionPlan);
  if (plan?.status !== 'True') return [];
  const [first] = plan.message.split('\n');
  const digest = new RegExp(`${annotations.confirmDeletion}=(\\S+)`).exec(plan.message)?.[1];
  const { name, namespace } = kustomization.metadata;
  const remedy = digest && `look at the plan: kubectl describe kustomization ${name} -n ${namespace}; it says how to confirm it`;
  return [{ level: 'warn', of: nameOf(refOf(kustomization)), says: `waits for a confirmation: ${first}`, ...(remedy && { remedy }) }];
}

/** Policies whose choice is not committed because somebody holds the version, as the automation says. */
function holdNotes({ objects }: World): Note[] {
  return objects.list(kinds.ImageUpdateAutomation.kind).flatMap((automation): Note[] => {
    const held = heldIn(readinessOf(automation).message);
    if (held.length === 0) return [];
    return [
      { level: 'info', of: nameOf(refOf(automation)), says: `leaves held versions alone: ${held.join(', ')}`, remedy: 'fairlead images shows holds' },
    ];
  });
}

/** Policies that an automation names as held in its words. */
export function heldIn(message: string): string[] {
  return /; held: ([^;]+)/.exec(message)?.[1].split(', ') ?? [];
}

function driftNotes({ objects }: World): Note[] {
  return objects.list(kinds.HelmRelease.kind).flatMap((release): Note[] => {
    const drifted = conditionOf(release, conditionTypes.drifted);
    if (drifted?.status !== 'True') return [];
    return [{ level: 'warn', of: nameOf(refOf(release)), says: `differs from its chart: ${firstLine(drifted.message)}` }];
  });
}
