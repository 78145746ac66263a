import type { KubeClient } from '../../kube/types';
import { POD, RECONCILED, REPLICA_SET, WORKLOADS } from '../live/live-kinds';
import { type Verdict, watchUntil } from '../live/watch-until';
import type { World } from '../live/world';
import { type Expected, type Progressed, progressOf } from './progress-of';

export interface Waiting {
  readonly agentNamespace: string;
  readonly commit: string;
  readonly timeoutMs: number;
  /** Told what is not ready yet. */
  readonly tell: (text: string) => void;
}

export interface Arrived extends Progressed {
  /** How long it took. Undefined: it is not ready. */
  readonly seconds?: number;
}

/** Looks at every change until all is ready, nothing can become ready any more, or the time is over. */
export async function untilReady(
  client: KubeClient,
  expected: readonly Expected[],
  { agentNamespace, commit, timeoutMs, tell }: Waiting,
): Promise<Arrived[]> {
  const startedMs = performance.now();
  const seconds = new Map<Expected['ref'], number>();
  let told = '';
  const look = (world: World): Arrived[] => {
    const nowMs = performance.now();
    return progressOf(expected, world, commit).map((one) => {
      if (one.state !== 'ready') return one;
      if (!seconds.has(one.ref)) seconds.set(one.ref, Math.round((nowMs - startedMs) / 100) / 10);
      return { ...one, seconds: seconds.get(one.ref) };
    });
  };
  const judge = (world: World): Verdict => {
    const now = look(world);
    const open = now.filter(({ state }) => state === 'waiting');
    const failed = now.filter(({ state }) => state === 'failed');
    if (open.length === 0 && failed.length === 0) return 'done';
    const text = `${now.length - open.length - failed.length} of ${now.length} ready, waiting for ${[...failed, ...open].map(nameOf).join(', ')}`;
    if (text !== told) tell(text);
    told = text;
    return open.length === 0 ? 'final' : 'open';
  };
  const { world } = await watchUntil(client, { agentNamespace, watched: WATCHED, timeoutMs, judge });
  return look(world);
}

const WATCHED = [...RECONCILED, ...WORKLOADS, POD, REPLICA_SET].map((kind) => ({ kind, selection: {}, isNeeded: true }));

function nameOf({ layer, release }: Expected): string {
  return release === undefined ? layer : release.includes('/') ? release : `${layer}/${release}`;
}
