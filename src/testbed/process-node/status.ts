import type { Container } from './pod';

/** How a container is, in the words of a container status. */
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Termination };

export interface Termination {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: 'Completed' | 'Error';
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What a kubelet knows of a Pod with one container. */
export interface PodState {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly state: ContainerState;
  readonly lastTermination?: Termination;
  readonly started: boolean;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly ip: string;
  readonly startTime: string;
}

interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface PodStatus {
  readonly conditions: readonly PodCondition[];
  readonly [field: string]: unknown;
}

/** The status a kubelet would write. `before` lends the times of conditions that stay. */
export function statusOf(container: Container, now: PodState, at: string, before: readonly PodCondition[] = []): PodStatus {
  const unready = now.ready ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${container.name}]` };
  const condition = (type: string, holds: boolean, more: object = {}): PodCondition => {
    const status = holds ? 'True' : 'False';
    const same = before.find((one) => one.type === type && one.status === status);
    return { type, status, lastTransitionTime: same?.lastTransitionTime ?? at, ...more };
  };
  return {
    phase: now.phase,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('PodReadyToStartContainers', true),
      condition('ContainersReady', now.ready, unready),
      condition('Ready', now.ready, unready),
    ],
    containerStatuses: [
      {
        name: container.name,
        image: container.image,
        imageID: '',
        state: now.state,
        lastState: now.lastTermination === undefined ? {} : { terminated: now.lastTermination },
        ready: now.ready,
        started: now.started,
        restartCount: now.restartCount,
      },
    ],
    hostIP: '127.0.0.1',
    podIP: now.ip,
    podIPs: [{ ip: now.ip }],
    startTime: now.startTime,
  };
}

/** How long a kubelet waits before the next start: at once, then 10 s, doubling up to 5 min. */
export function backOffMs(restarts: number, firstMs: number): number {
  return restarts === 0 ? 0 : Math.min(firstMs * 2 ** (restarts - 1), 300_000);
}
