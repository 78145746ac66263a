import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics';

/** What the agent's own process uses: memory, CPU, and how long the event loop kept others waiting. Returns what ends the measuring. */
export function registerProcessMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const help = 'Event loop delay since the start; 10 ms of it are the resolution of the measurement';
  for (const quantile of [0.5, 0.99]) {
    metrics.gauge('fairlead_event_loop_delay_seconds', help, () => delay.percentile(quantile * 100) / 1e9, { quantile: String(quantile) });
  }
  metrics.gauge('fairlead_event_loop_delay_max_seconds', 'Longest event loop delay since the start', () => delay.max / 1e9);
  metrics.gauge('process_resident_memory_bytes', 'Resident memory of the agent', () => process.memoryUsage.rss());
  metrics.gauge('fairlead_heap_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
  metrics.gauge('process_cpu_seconds_total', 'CPU time of the agent', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return () => delay.disable();
}
