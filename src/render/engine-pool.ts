import { readFile } from 'node:fs/promises';
import { errors } from '../common/errors';
import type { EngineReply, EngineRequest } from './engine-call';
import { EngineLost, EngineProcess } from './engine-process';
import { findEngine, isModule } from './find-engine';

export interface EngineOptions {
  /** @default FAIRLEAD_ENGINE, or the one built in this package */
  readonly binary?: string;
  /** Processes at most. @default 1 */
  readonly processes?: number;
  /** How long the engine may compute for one call, in ms; what it waits for from us does not count. @default 60000 */
  readonly deadlineMs?: number;
  /** Go's soft memory limit for each process, e.g. `512MiB`. @default 256MiB */
  readonly memoryLimit?: string;
}

interface Waiting {
  readonly request: EngineRequest;
  readonly resolve: (reply: EngineReply) => void;
  readonly reject: (error: Error) => void;
  /** Lost once with a process. It runs alone now: whoever ends the process again is the culprit. */
  wasLost: boolean;
}

/** More would only wait in the engine, with their deadlines running. */
const CALLS_PER_PROCESS = 4;

/** What one process of the module answers while another starts. */
const CALLS_PER_START = 16;

/** Whether work that waits is worth one more process. A module takes half a second to start, and every process of it as much again. */
export function isWorthAProcess(running: number, waiting: number, binary: string): boolean {
  return running === 0 || waiting >= CALLS_PER_START || !isModule(binary);
}

/** Processes that come when there is work and are replaced when they die. */
export class EnginePool {
  private readonly waiting: Waiting[] = [];
  private readonly processes = new Set<EngineProcess>();
  private readonly alone = new Set<EngineProcess>();
  private isClosed = false;
  private found: string | undefined;

  constructor(private readonly options: EngineOptions = {}) {}

  /** Rejects with `EngineRefusal`, `EngineMissing`, `EngineTimeout`, `EngineCrashed` or `EngineClosed`. */
  call(request: EngineRequest): Promise<EngineReply> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) {
        reject(errors.EngineClosed());
        return;
      }
      this.waiting.push({ request, resolve, reject, wasLost: false });
      this.dispatch();
    });
  }

  /** What runs now, for metrics. `residentBytes` where the platform tells. */
  async usage(): Promise<{ readonly pid: number; readonly residentBytes?: number }[]> {
    const pids = [...this.processes].map(({ pid }) => pid).filter((pid) => pid !== undefined);
    return Promise.all(pids.map(async (pid) => ({ pid, residentBytes: await residentBytes(pid) })));
  }

  close(): void {
    this.isClosed = true;
    for (const { reject } of this.waiting.splice(0)) reject(errors.EngineClosed());
    for (const process of this.processes) process.kill();
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const next = this.waiting[0];
      let process: EngineProcess | undefined;
      try {
        process = this.processFor(next);
      } catch (error) {
        this.waiting.shift();
        next.reject(error as Error);
        continue;
      }
      if (process === undefined) return;
      this.waiting.shift();
      void this.run(next, process);
    }
  }

  /** The least busy process that has room; a new one where there may be more. */
  private processFor({ wasLost }: Waiting): EngineProcess | undefined {
    const room = wasLost ? 1 : CALLS_PER_PROCESS;
    const free = [...this.processes].filter((process) => process.load < room && !this.alone.has(process)).sort((a, b) => a.load - b.load);
    const mayGrow = this.processes.size < (this.options.processes ?? 1) && isWorthAProcess(this.processes.size, this.waiting.length, this.binary);
    if (free.length > 0 && (free[0].load === 0 || !mayGrow)) return free[0];
    return mayGrow ? this.start() : undefined;
  }

  private get binary(): string {
    this.found ??= findEngine(this.options.binary);
    return this.found;
  }

  private start(): EngineProcess {
    const { deadlineMs = 60_000, memoryLimit } = this.options;
    const process = new EngineProcess({ binary: this.binary, deadlineMs, memoryLimit }, (ended) => {
      this.processes.delete(ended);
      this.alone.delete(ended);
    });
    this.processes.add(process);
    return process;
  }

  private async run(call: Waiting, process: EngineProcess): Promise<void> {
    if (call.wasLost) this.alone.add(process);
    try {
      call.resolve(await process.call(call.request));
    } catch (error) {
      if (error instanceof EngineLost) this.lose(call, error);
      else call.reject(error as Error);
    } finally {
      this.alone.delete(process);
      this.dispatch();
    }
  }

  private lose(call: Waiting, lost: EngineLost): void {
    if (this.isClosed) call.reject(errors.EngineClosed());
    else if (lost.isCulprit) call.reject(errors.EngineTimeout({ op: call.request.op, reason: lost.message }));
    else if (call.wasLost) call.reject(errors.EngineCrashed({ op: call.request.op, reason: lost.message }));
    else this.waiting.unshift({ ...call, wasLost: true });
  }
}

async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
