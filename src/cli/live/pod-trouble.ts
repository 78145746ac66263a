import type { KubeObject } from '../../model/object';
import { conditionsOf } from '../../objects/fields';

/** Why a Pod does not serve. */
export interface PodTrouble {
  /** Kubernetes' word: `ImagePullBackOff`, `CrashLoopBackOff`, `Unschedulable`, `OOMKilled`. */
  readonly reason: string;
  /** What is wrong, without the Pod's name: `container app cannot pull image x`. */
  readonly says: string;
  readonly remedy: string;
  /** Whether only a change helps: waiting does not. */
  readonly isFinal: boolean;
  /** The Secret or ConfigMap that is not there. */
  readonly missing?: { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string };
}

interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: Waiting; readonly terminated?: Terminated; readonly running?: object };
  readonly lastState?: { readonly terminated?: Terminated };
}

interface Waiting {
  readonly reason?: string;
  readonly message?: string;
}

interface Terminated {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}

interface Pod extends KubeObject {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Restarts after which a container that ends again and again is given up. */
const CRASHES = 3;

/** What is wrong with a Pod; undefined where it is Ready, done, going away, or only on its way. */
export function podTrouble(object: KubeObject): PodTrouble | undefined {
  const pod = object as Pod;
  const { metadata, status = {} } = pod;
  const conditions = conditionsOf(pod);
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return undefined;
  if (conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')) return undefined;
  if (status.phase === 'Failed') return failedPod(pod);
  const unscheduled = conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  if (unscheduled !== undefined) {
    const says = `no node takes it: ${sentence(unscheduled.message)}`;
    return { reason: unscheduled.reason || 'Unschedulable', says, remedy: 'ask for less, or give the cluster a node that fits', isFinal: false };
  }
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const trouble = containerTrouble(container, pod);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function failedPod({ metadata, status = {} }: Pod): PodTrouble {
  const why = sentence(status.message ?? '') || status.reason || 'its containers ended with an error';
  return { reason: status.reason ?? 'Failed', says: `it failed: ${why}`, remedy: logsOf(metadata), isFinal: false };
}

function containerTrouble(container: ContainerStatus, { metadata }: Pod): PodTrouble | undefined {
  const { name, state = {}, restartCount = 0 } = container;
  const waiting = state.waiting?.reason;
  switch (waiting) {
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'RegistryUnavailable':
      return pullTrouble(container, waiting);
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
    case 'RunContainerError':
      return configTrouble(container, waiting, metadata);
    case 'CrashLoopBackOff':
      return crashTrouble(container, metadata);
  }
  if (state.terminated !== undefined && (state.terminated.exitCode ?? 0) !== 0) return crashTrouble(container, metadata);
  if (state.running !== undefined && container.ready === false && restartCount >= CRASHES) return crashTrouble(container, metadata);
  if (state.running !== undefined && container.ready === false) {
    return { reason: 'NotReady', says: `container ${name} runs, but its readiness probe does not succeed`, remedy: logsOf(metadata), isFinal: false };
  }
  return undefined;
}

function pullTrouble({ name, image = 'its image', state }: ContainerStatus, reason: string): PodTrouble {
  const message = sentence(state?.waiting?.message ?? '');
  const isRefused = /unauthorized|denied|forbidden|authentication/i.test(message);
  const isAbsent = /not found|manifest unknown/i.test(message);
  const why = isRefused ? 'the registry refuses the credentials' : isAbsent ? 'there is none of that name and tag' : message;
  return {
    reason,
    says: `container ${name} cannot pull ${image}${why === '' ? '' : `: ${why}`}`,
    remedy: isRefused ? 'correct imagePullSecrets, or the rights in the registry' : 'push that image, or set another version',
    isFinal: isRefused || isAbsent || reason === 'InvalidImageName',
  };
}

function configTrouble({ name, state }: ContainerStatus, reason: string, metadata: KubeObject['metadata']): PodTrouble {
  const message = sentence(state?.waiting?.message ?? '');
  const [, kind, missing] = /\b(secret|configmap) "(?:[^"/]*\/)?([^"]+)" not found/i.exec(message) ?? [];
  if (missing === undefined)
    return { reason, says: `container ${name} cannot start: ${message || reason}`, remedy: logsOf(metadata), isFinal: false };
  const what = kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
  return {
    reason,
    says: `container ${name} needs ${what} ${missing}, which is not there`,
    remedy:
      what === 'Secret'
        ? `seal it: fairlead seal, or create ${what} ${metadata.namespace}/${missing}`
        : `create ${what} ${metadata.namespace}/${missing}`,
    isFinal: false,
    missing: { kind: what, name: missing },
  };
}

function crashTrouble({ name, state, lastState, restartCount = 0 }: ContainerStatus, metadata: KubeObject['metadata']): PodTrouble {
  const end = state?.terminated ?? lastState?.terminated;
  const isOutOfMemory = end?.reason === 'OOMKilled';
  const code = end?.exitCode === undefined ? '' : ` with exit code ${end.exitCode}`;
  const how = isOutOfMemory ? 'takes more memory than its limit' : `ends${code}`;
  const times = restartCount === 0 ? '' : `, restarted ${restartCount} ${restartCount === 1 ? 'time' : 'times'}`;
  return {
    reason: isOutOfMemory ? 'OOMKilled' : 'CrashLoopBackOff',
    says: `container ${name} ${how}${times}`,
    remedy: isOutOfMemory ? 'raise its memory limit, or find what it takes' : logsOf(metadata, true),
    isFinal: restartCount >= CRASHES,
  };
}

function logsOf({ namespace, name }: KubeObject['metadata'], previous = false): string {
  return `kubectl logs -n ${namespace} ${name}${previous ? ' --previous' : ''}`;
}

/** One line without its full stop. */
function sentence(text: string): string {
  return text.trim().split('\n')[0].replace(/\.$/, '');
}
