import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errors } from '../common/errors';
import { bedFiles } from './bed-files';
import { endGroup, launch } from './leash';
import { lastLines } from './log-tail';

const POLL_MS = 25;
const READY_MS = 120_000;

/** A server of a bed, as the bed's record keeps it. */
export interface BedServer {
  readonly name: string;
  /** Also the id of its process group. */
  readonly pid: number;
  /** Its command line, by which a process id that was given to another program is told apart. */
  readonly command: string;
}

/** The running servers of one bed. */
export class BedServers {
  private readonly children = new Map<string, ChildProcess>();
  /** Why those that have ended did. */
  private readonly failures = new Map<string, string>();
  private stopped = false;

  constructor(
    private readonly folder: string,
    private readonly servers: BedServer[] = [],
  ) {}

  get all(): readonly BedServer[] {
    return this.servers;
  }

  start(name: string, program: string, args: readonly string[], leashed: boolean): void {
    // Parts start side by side: when one fails, the others must not start after the end.
    if (this.stopped) throw errors.BedServerFailed({ server: name, reason: 'was not started, the bed is being stopped', tail: '' });
    const child = launch({ program, args, folder: this.folder, log: bedFiles(this.folder).log(name), leashed });
    this.children.set(name, child);
    child.once('error', (error) => this.failures.set(name, `could not be started (${error.message})`));
    child.once('exit', (code, signal) => this.failures.set(name, `ended with ${signal ?? `code ${code}`}`));
    if (child.pid !== undefined) this.servers.push({ name, pid: child.pid, command: [program, ...args].join(' ') });
  }

  /** Resolves once the probe says so; fails as soon as any server of the bed has ended, since they need one another. */
  async ready(name: string, probe: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (!(await probe())) {
      for (const [server, reason] of this.failures) throw await this.failure(server, reason);
      if (Date.now() > deadline) throw await this.failure(name, `was not ready after ${READY_MS / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  private async failure(server: string, reason: string): Promise<Error> {
    return errors.BedServerFailed({ server, reason, tail: await lastLines(bedFiles(this.folder).log(server)) });
  }

  /** Ends all, at once and without their consent: nothing in a bed is worth a graceful end. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(
      this.servers.splice(0).map(async (server) => {
        const child = this.children.get(server.name);
        if (child) await ended(child, server.pid);
        else await endForeign(server);
      }),
    );
  }
}

function ended(child: ChildProcess, pid: number): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  child.ref();
  const exit = new Promise((resolve) => child.once('exit', resolve));
  endGroup(pid);
  return exit;
}

async function endForeign(server: BedServer): Promise<void> {
  if (!(await isRunning(server))) return;
  endGroup(server.pid);
  while (await isRunning(server)) await sleep(POLL_MS);
}

/** Whether a process of this id and command line exists. */
export async function isRunning(server: BedServer): Promise<boolean> {
  const ps = promisify(execFile);
  return ps('ps', ['-ww', '-o', 'args=', '-p', String(server.pid)]).then(
    ({ stdout }) => stdout.trim() === server.command,
    () => false,
  );
}
