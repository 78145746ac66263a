import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

interface Record {
  readonly identity: string;
  readonly pid: number;
  /** When that process started, so that another one with its number is not taken for it. */
  readonly started: string;
}

/**
 * Who we are as holder of leases: `<host>_<uuid>`. After a crash the next agent on the same host and folder takes the name over,
 * and with it the leases, without waiting; but only where the one before is surely dead.
 */
export function agentIdentity(dataFolder: string): string {
  const file = join(dataFolder, 'identity.json');
  const before = readRecord(file);
  const started = startOf(process.pid);
  const isDead = before !== undefined && started !== '' && startOf(before.pid) !== before.started;
  const identity = isDead && before.identity.startsWith(`${hostname()}_`) ? before.identity : `${hostname()}_${randomUUID()}`;
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(file, JSON.stringify({ identity, pid: process.pid, started } satisfies Record));
  return identity;
}

function readRecord(file: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record;
  } catch {
    return undefined;
  }
}

/** Boot and start time of a process; empty where there is none, or no Linux to tell. */
function startOf(pid: number): string {
  try {
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${started}`;
  } catch {
    return '';
  }
}
