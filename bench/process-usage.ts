import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its children used so far; read from /proc, so Linux only. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Highest resident memory of each, added up: an upper bound of what they held together. */
  readonly peakRssMiB: number;
}

const TICKS_PER_SECOND = 100;

export function usageOf(pid: number): Usage {
  let cpuSeconds = 0;
  let peakRssMiB = 0;
  for (const each of [pid, ...childrenOf(pid)]) {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    peakRssMiB += Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  }
  return { cpuSeconds, peakRssMiB };
}

function childrenOf(pid: number): number[] {
  const children: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) children.push(Number(entry));
    } catch {
      // It ended between the listing and the look.
    }
  }
  return children;
}
