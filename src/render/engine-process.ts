import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { FairleadError } from '../common/errors';
import { answerQuestion, type EngineReply, type EngineRequest } from './engine-call';
import { engineCommand } from './find-engine';
import { encodeFrame, type Frame, FrameReader } from './frame';

/** The engine said no to a call: a matter of that call, not of the process. */
export class EngineRefusal extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
    this.name = 'EngineRefusal';
  }
}

/** The process is gone, and this call with it. */
export class EngineLost extends Error {
  constructor(
    reason: string,
    /** Whether this call is why: it ran past its deadline. */
    readonly isCulprit: boolean,
  ) {
    super(reason);
    this.name = 'EngineLost';
  }
}

interface Running {
  readonly request: EngineRequest;
  readonly resolve: (reply: EngineReply) => void;
  readonly reject: (error: Error) => void;
  /** Questions not answered yet: the deadline counts the engine's time, not ours. */
  questions: number;
  /** Why content could not be read: whatever the engine makes of it, that is what went wrong. */
  unread?: FairleadError;
  deadline?: NodeJS.Timeout;
}

export interface ProcessOptions {
  readonly binary: string;
  readonly deadlineMs: number;
  /** Go's soft memory limit, e.g. `256MiB`. */
  readonly memoryLimit?: string;
}

const STDERR_KEPT = 8192;

/** One engine: starts at once, ends when its input does, keeps this program alive only while it has work. */
export class EngineProcess {
  private readonly child: ChildProcess;
  private readonly frames = new FrameReader();
  private readonly running = new Map<number, Running>();
  private lastId = 0;
  private stderr = '';
  private ended?: string;

  constructor(
    private readonly options: ProcessOptions,
    private readonly onEnd: (process: EngineProcess) => void,
  ) {
    // Windows starts no Node without its SystemRoot.
    const { GOMAXPROCS, TZ, SystemRoot } = process.env;
    const passed = { GOMAXPROCS, TZ, SystemRoot, GOMEMLIMIT: options.memoryLimit };
    const env = Object.fromEntries(Object.entries(passed).filter(([, value]) => value !== undefined));
    const { command, args } = engineCommand(options.binary);
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: env as NodeJS.ProcessEnv });
    this.child.on('error', (error) => this.end(error.message));
    this.child.on('close', (code, signal) => this.end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    this.child.stdin!.on('error', () => undefined);
    this.child.stdout!.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr!.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    this.hold(false);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Calls at work. */
  get load(): number {
    return this.running.size;
  }

  /** Rejects with `EngineRefusal` or `EngineLost`, or with the error of the table for which content could not be read. */
  call(request: EngineRequest): Promise<EngineReply> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) {
        reject(new EngineLost(this.ended, false));
        return;
      }
      const id = ++this.lastId;
      const running: Running = { request, resolve, reject, questions: 0 };
      this.running.set(id, running);
      this.hold(true);
      this.startDeadline(running);
      this.child.stdin!.write(encodeFrame({ id, op: request.op, args: request.args }, request.segments));
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private receive(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.frames.push(chunk);
    } catch (error) {
      this.stderr += `\n${(error as Error).message}`;
      this.kill();
      return;
    }
    for (const frame of frames) {
      const running = this.running.get(frame.header.id ?? 0);
      if (running === undefined) continue;
      if (frame.header.ask !== undefined) void this.answer(running, frame);
      else this.finish(frame, running);
    }
  }

  private finish({ header, segments }: Frame, running: Running): void {
    this.running.delete(header.id!);
    clearTimeout(running.deadline);
    if (this.running.size === 0) this.hold(false);
    if (header.error === undefined) running.resolve({ result: header.result, segments });
    else running.reject(running.unread ?? new EngineRefusal(header.error.kind, header.error.message));
  }

  private async answer(running: Running, { header }: Frame): Promise<void> {
    running.questions++;
    clearTimeout(running.deadline);
    const frame = await answerQuestion(running.request, header.op ?? '', header.args).then(
      ({ result, segments }) => encodeFrame({ answer: header.ask, result }, segments),
      (error: Error) => {
        if (header.op === 'content' && error instanceof FairleadError) running.unread ??= error;
        return encodeFrame({ answer: header.ask, error: { kind: 'answer', message: error.message } });
      },
    );
    running.questions--;
    if (this.ended !== undefined) return;
    if (running.questions === 0) this.startDeadline(running);
    this.child.stdin!.write(frame);
  }

  private startDeadline(running: Running): void {
    running.deadline = setTimeout(() => {
      for (const [id, other] of this.running) {
        if (other !== running) continue;
        this.running.delete(id);
        running.reject(new EngineLost(`no result within ${this.options.deadlineMs / 1000} s`, true));
      }
      this.kill();
    }, this.options.deadlineMs);
  }

  private end(reason: string): void {
    if (this.ended !== undefined) return;
    const said = this.stderr.trim();
    this.ended = said === '' ? reason : `${reason}: ${said.split('\n', 1)[0]}`;
    const lost = [...this.running.values()];
    this.running.clear();
    this.onEnd(this);
    for (const running of lost) {
      clearTimeout(running.deadline);
      running.reject(new EngineLost(this.ended, false));
    }
  }

  private hold(isBusy: boolean): void {
    for (const held of [this.child, this.child.stdin as Socket, this.child.stdout as Socket, this.child.stderr as Socket]) {
      if (isBusy) held.ref();
      else held.unref();
    }
  }
}
