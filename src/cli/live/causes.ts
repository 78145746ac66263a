import { conditionTypes, reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { healthOf } from '../../objects/health';
import { isLasting } from './lasting';
import { isWorkload } from './live-kinds';
import { podTrouble } from './pod-trouble';
import { conditionOf, readinessOf } from './readiness';
import { resumeWords, suspendedWords, suspensionOf } from './suspended';
import { firstLine, split } from './told-error';
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
  return object.kind === kinds.SealedSecret.kind ? ofSealedSecret(object) : ofReconciled(object, world);
}

export function absenceOf(ref: Ref, { objects }: World): Cause {
  if (isWorkload(ref.kind)) return { says: 'it is gone', remedy: 'the agent makes it again; where it does not: fairlead doctor', isFinal: false };
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
    return {
      says: isQuota ? `${podsGot(workload)}: ${firstLine(refused)}` : `its Pods are refused: ${firstLine(refused)}`,
      remedy,
      isFinal: isQuota,
    };
  }
  return { says: firstLine(healthOf(workload, now.getTime()).message), remedy: describe(workload), isFinal: false };
}

function podsGot({ spec, status }: KubeObject): string {
  const { replicas: wanted = 1 } = (spec ?? {}) as { readonly replicas?: number };
  const { replicas: got = 0 } = (status ?? {}) as { readonly replicas?: number };
  if (got === 0) return 'it gets no Pods';
  return got < wanted ? `it gets ${got} of ${wanted} Pods` : 'it gets no more Pods';
}

function ofSealedSecret(object: KubeObject): Cause {
  const synced = conditionOf(object, conditionTypes.synced);
  if (synced?.status !== 'False') return unseen(object);
  return { says: `it cannot be unsealed: ${firstLine(synced.message)}`, remedy: 'fairlead seal verify --lost', isFinal: false };
}

function ofReconciled(object: KubeObject, world: World): Cause {
  const { state, message, reason } = readinessOf(object);
  if (state === 'unseen') return unseen(object);
  const { says, remedy } = undone(object, reason) ?? split(message);
  if (state === 'progressing') return { says: inProgress(object, says), remedy: 'wait, or see fairlead events', isFinal: false };
  return { says: says || 'it is not ready', remedy: remedy ?? describe(object), isFinal: state === 'stalled' || isLasting(object, world) };
}

/** What was done about a release that failed, by the reason that its Ready gives then. */
const UNDONE: Readonly<Record<string, string>> = { [reasons.rollbackSucceeded]: 'was rolled back', [reasons.uninstallSucceeded]: 'was uninstalled' };

/** That it was undone is no cause: why it failed stands beside. */
function undone(object: KubeObject, reason: string): ReturnType<typeof split> | undefined {
  const released = conditionOf(object, conditionTypes.released);
  if (UNDONE[reason] === undefined || released?.status !== 'False') return undefined;
  const { says, ...rest } = split(released.message);
  return { says: says.replace(/^Helm (\w+) failed for release \S+ with chart (\S+): /, `its $1 of $2 failed and ${UNDONE[reason]}: `), ...rest };
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

function describe({ kind, metadata }: KubeObject): string {
  const namespace = metadata.namespace === undefined ? '' : ` -n ${metadata.namespace}`;
  return `kubectl describe ${kind.toLowerCase()} ${metadata.name}${namespace}`;
}
