import { conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { healthOf } from '../../objects/health';
import { messageLines } from '../print/one-line';
import { isWorkload } from './live-kinds';
import { podTrouble } from './pod-trouble';
import { conditionOf, readinessOf } from './readiness';
import { resumeWords, suspendedWords, suspensionOf } from './suspended';
import { podsRefused } from './workloads';
import { type Ref, refOf, type World } from './world';

/** What is wrong with one thing, whatever waits for it. */
export interface Cause {
  /** Without the object's name. */
  readonly says: string;
  readonly remedy: string;
  readonly isFinal: boolean;
  /** RFC 3339: it ends by itself then. */
  readonly until?: string;
}

export function causeOf(object: KubeObject, world: World): Cause {
  const suspended = suspendedWords(object, world);
  if (suspended !== undefined) {
    const until = suspensionOf(refOf(object), world)?.until;
    return { says: `it is ${suspended}`, remedy: resumeWords(object, world), isFinal: until === undefined, ...(until !== undefined && { until }) };
  }
  if (object.metadata.deletionTimestamp !== undefined && object.kind !== 'Pod') return beingDeleted(object);
  if (object.kind === 'Pod') return podTrouble(object) ?? { says: 'it is on its way', remedy: describe(object), isFinal: false };
  if (isWorkload(object.kind)) return ofWorkload(object, world);
  return object.kind === kinds.SealedSecret.kind ? ofSealedSecret(object) : ofReconciled(object);
}

export function absenceOf(ref: Ref, { objects }: World): Cause {
  const isKnown = objects.list(ref.kind).length > 0;
  const remedy = isKnown
    ? 'commit it, or correct the name that refers to it'
    : 'commit it; fairlead doctor tells whether its definition is installed';
  return { says: 'it does not exist', remedy, isFinal: false };
}

function beingDeleted(object: KubeObject): Cause {
  const finalizers = object.metadata.finalizers ?? [];
  const held = finalizers.length === 0 ? '' : `, held by finalizer ${finalizers.join(', ')}`;
  return { says: `it is being deleted${held}`, remedy: describe(object), isFinal: false };
}

function ofWorkload(workload: KubeObject, { now }: World): Cause {
  const refused = podsRefused(workload);
  if (refused !== undefined) {
    const isQuota = /exceeded quota/.test(refused);
    const remedy = isQuota ? 'ask for less, or raise the quota' : describe(workload);
    return { says: isQuota ? `it gets no Pods: ${firstLine(refused)}` : `its Pods are refused: ${firstLine(refused)}`, remedy, isFinal: isQuota };
  }
  return { says: firstLine(healthOf(workload, now.getTime()).message), remedy: describe(workload), isFinal: false };
}

function ofSealedSecret(object: KubeObject): Cause {
  const synced = conditionOf(object, conditionTypes.synced);
  if (synced?.status !== 'False') return unseen(object);
  return { says: `it cannot be unsealed: ${firstLine(synced.message)}`, remedy: 'fairlead seal verify --lost', isFinal: false };
}

function ofReconciled(object: KubeObject): Cause {
  const { state, message } = readinessOf(object);
  if (state === 'unseen') return unseen(object);
  const { says, remedy } = split(message);
  if (state === 'progressing') return { says: inProgress(object, says), remedy: 'wait, or see fairlead events', isFinal: false };
  return { says: says || 'it is not ready', remedy: remedy ?? describe(object), isFinal: state === 'stalled' };
}

function inProgress(object: KubeObject, says: string): string {
  if (readinessOf(object).status === 'True') return 'it was changed just now, and the change is not looked at yet';
  return /^(?:Reconciliation in progress)?$/.test(says) ? 'it is being reconciled' : says;
}

function unseen(object: KubeObject): Cause {
  return {
    says: 'nobody has looked at it as it is now',
    remedy: `fairlead doctor tells whether the agent runs; else ${describe(object)}`,
    isFinal: false,
  };
}

/** Cause and remedy of a message as the agent writes errors: `FL1003: cannot … (check …)`. */
export function split(message: string): { readonly says: string; readonly remedy?: string } {
  const [, code, says, remedy] = /^(FL\d{4}): (.*) \(([^()]*(?:\([^()]*\)[^()]*)*)\)$/s.exec(message) ?? [];
  return says === undefined ? { says: firstLine(message) } : { says: `${firstLine(says)} (${code})`, remedy: firstLine(remedy) };
}

/** What fits one sentence: the first line with what is below it, and how many more there are. */
export function firstLine(text: string): string {
  const lines = messageLines(text);
  // A heading says nothing without what is below it.
  const end = lines.findIndex((line, index) => index > 0 && !line.endsWith(':'));
  const told = end < 0 ? lines : lines.slice(0, end + 1);
  const more = lines.length > told.length ? `, and ${lines.length - told.length} more` : '';
  const last = told.length - 1;
  return `${told.map((line, index) => (index === last && index > 0 ? line : line.replace(/[.:]$/, ''))).join(': ')}${more}`;
}

function describe({ kind, metadata }: KubeObject): string {
  const namespace = metadata.namespace === undefined ? '' : ` -n ${metadata.namespace}`;
  return `kubectl describe ${kind.toLowerCase()} ${metadata.name}${namespace}`;
}
