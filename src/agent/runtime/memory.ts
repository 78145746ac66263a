import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of V8's young generation, both halves. */
const YOUNG_BYTES = 16 * 1024 * 1024;

/**
 * Has V8 keep less garbage: an agent's work comes in bursts, and what they leave stays resident for long. The old generation is collected when
 * it has grown by half, the young one stops growing at 16 MiB instead of 32. Node's options for both can only be given before a process starts.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
  const observer = new PerformanceObserver(() => {
    if (youngBytes() < YOUNG_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
