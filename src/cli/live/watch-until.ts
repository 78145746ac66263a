import { setMaxListeners } from 'node:events';
import type { KubeClient } from '../../kube/types';
import { LiveWorld, type Watched } from './live-world';
import type { World } from './world';

/** What may pass in a moment is believed after it lasted this long: a Pod's first try may come before its Secret, a release before its chart. */
const FINAL_MS = 3_000;

/** `final`: waiting alone cannot help. */
export type Verdict = 'done' | 'final' | 'open';

export interface Watching {
  readonly agentNamespace: string;
  readonly watched: readonly Watched[];
  readonly timeoutMs: number;
  /** Asked at every change, once everything was listed. */
  readonly judge: (world: World) => Verdict;
}

/** How the watching ended, and what was there then. */
export interface Ended {
  readonly verdict: Exclude<Verdict, 'open'> | 'timed out';
  readonly world: World;
}

/** Judges at every change that a watch brings, until it is done, stays final, or the time is over. Rejects where what is needed may not be read. */
export function watchUntil(client: KubeClient, { agentNamespace, watched, timeoutMs, judge }: Watching): Promise<Ended> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  let finalSince: number | undefined;
  let again: NodeJS.Timeout | undefined;

  return new Promise<Ended>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      clearTimeout(again);
      stop.abort();
      settle();
    };
    const look = () => {
      const nowMs = performance.now();
      const world = live.at(new Date());
      const verdict = judge(world);
      if (verdict === 'done') return end(() => resolve({ verdict, world }));
      clearTimeout(again);
      finalSince = verdict === 'final' ? (finalSince ?? nowMs) : undefined;
      if (finalSince === undefined) return;
      const leftMs = FINAL_MS - (nowMs - finalSince);
      if (leftMs <= 0) return end(() => resolve({ verdict: 'final', world }));
      again = setTimeout(look, leftMs);
    };
    const timer = setTimeout(() => end(() => resolve({ verdict: 'timed out', world: live.at(new Date()) })), timeoutMs);
    const onRefused = (error: Error) => end(() => reject(error));
    const live = LiveWorld.watch(client, { agentNamespace, watched, signal: stop.signal, onChange: look, onRefused });
  });
}
