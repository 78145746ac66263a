import { setMaxListeners } from 'node:events';
import type { KubeClient } from '../../kube/types';
import { POD, RECONCILED, REPLICA_SET, WORKLOADS } from '../live/live-kinds';
import { LiveWorld } from '../live/live-world';
import { type Expected, type Progressed, progressOf } from './progress-of';

/** What may pass in a moment, such as a release whose chart is still being fetched, is believed after it lasted this long. */
const FINAL_MS = 3_000;

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
export function untilReady(
  client: KubeClient,
  expected: readonly Expected[],
  { agentNamespace, commit, timeoutMs, tell }: Waiting,
): Promise<Arrived[]> {
  const startedMs = performance.now();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const seconds = new Map<Expected['ref'], number>();
  let told = '';
  let hopelessSince: number | undefined;
  let again: NodeJS.Timeout | undefined;

  return new Promise((resolve, reject) => {
    const look = (): Arrived[] => {
      const nowMs = performance.now();
      return progressOf(expected, live.at(new Date()), commit).map((one) => {
        if (one.state !== 'ready') return one;
        if (!seconds.has(one.ref)) seconds.set(one.ref, Math.round((nowMs - startedMs) / 100) / 10);
        return { ...one, seconds: seconds.get(one.ref) };
      });
    };
    const end = (result: Arrived[]) => {
      clearTimeout(timer);
      clearTimeout(again);
      stop.abort();
      resolve(result);
    };
    const judge = () => {
      const now = look();
      const open = now.filter(({ state }) => state === 'waiting');
      const failed = now.filter(({ state }) => state === 'failed');
      if (open.length === 0 && failed.length === 0) return end(now);
      const text = `${now.length - open.length - failed.length} of ${now.length} ready, waiting for ${[...failed, ...open].map(nameOf).join(', ')}`;
      if (text !== told) tell(text);
      told = text;
      hopelessSince = open.length === 0 ? (hopelessSince ?? performance.now()) : undefined;
      if (hopelessSince !== undefined && performance.now() - hopelessSince >= FINAL_MS) return end(now);
      clearTimeout(again);
      if (hopelessSince !== undefined) again = setTimeout(judge, FINAL_MS);
    };
    const timer = setTimeout(() => end(look()), timeoutMs);
    const live = LiveWorld.watch(client, {
      agentNamespace,
      watched: [...RECONCILED, ...WORKLOADS, POD, REPLICA_SET].map((kind) => ({ kind, selection: {}, isNeeded: true })),
      signal: stop.signal,
      onChange: judge,
      onRefused: (error) => {
        clearTimeout(timer);
        clearTimeout(again);
        stop.abort();
        reject(error);
      },
    });
  });
}

function nameOf({ layer, release }: Expected): string {
  return release === undefined ? layer : release.includes('/') ? release : `${layer}/${release}`;
}
