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
    if (child.pid !== undefined) this.servers.push({ name, pid: child.pid, command: [program, ...args].join(' ') });
  }

  /** Resolves once the probe says so; fails as soon as the server has ended. */
  async ready(name: string, probe: () => Promise<boolean>): Promise<void> {
    const child = this.children.get(name)!;
    let failure: string | undefined;
    child.once('error', (error) => {
      failure = `could not be started (${error.message})`;
    });
    const deadline = Date.now() + READY_MS;
    while (!(await probe())) {
      if (child.exitCode !== null || child.signalCode !== null) failure ??= `ended with ${child.signalCode ?? `code ${child.exitCode}`}`;
      if (Date.now() > deadline) failure ??= `was not ready after ${READY_MS / 1000} s`;
      if (failure) throw errors.BedServerFailed({ server: name, reason: failure, tail: await lastLines(bedFiles(this.folder).log(name)) });
      await sleep(POLL_MS);
    }
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
