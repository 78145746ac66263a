import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics';

/** How often the event loop is looked at, in milliseconds. */
const SAMPLING_MS = 10;

/** What the agent's own process uses: memory, CPU, and how long the event loop kept others waiting. Returns what ends the measuring. */
export function registerProcessMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: SAMPLING_MS });
  delay.enable();
  const help = 'How much later than planned timers ran since the start, in seconds';
  for (const quantile of [0.5, 0.99]) {
    const read = () => lateSeconds(delay.percentile(quantile * 100));
    metrics.gauge('fairlead_event_loop_delay_seconds', help, read, { quantile: String(quantile) });
  }
  const helpOfMax = 'The most that a timer ran later than planned since the start, in seconds';
  metrics.gauge('fairlead_event_loop_delay_max_seconds', helpOfMax, () => lateSeconds(delay.max));
  metrics.gauge('process_resident_memory_bytes', 'Resident memory of the agent', () => process.memoryUsage.rss());
  metrics.gauge('fairlead_heap_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
  metrics.gauge('process_cpu_seconds_total', 'CPU time of the agent', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return () => delay.disable();
}

/** Node measures from one look to the next, in nanoseconds: what is beyond the time between looks is delay. */
export function lateSeconds(betweenLooksNs: number): number {
  return Math.max(0, betweenLooksNs - SAMPLING_MS * 1e6) / 1e9;
}
