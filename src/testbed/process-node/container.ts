import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup } from '../leash';
import { lastLines } from '../log-tail';
import type { Container } from './pod';
import { watchProbe } from './probe';
import { type ContainerRoot, launchInRoot } from './root';
import type { Termination } from './status';

/** What its probes say. */
export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
}

type OnHealth = (health: Health, running: { readonly startedAt: string }) => void;

/** One run of a container: a process, and the probes that watch it. */
export class RunningContainer {
  readonly startedAt = new Date().toISOString();
  /** Resolves when it has ended with all its children. */
  readonly ended: Promise<Termination>;
  private readonly child: ChildProcess;
  private readonly over = new AbortController();

  constructor(
    private readonly container: Container,
    private readonly root: ContainerRoot,
    private readonly ip: string,
    private readonly onHealth: OnHealth,
  ) {
    this.child = launchInRoot(root);
    this.ended = this.untilEnd();
    void this.watch();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks it to end, and makes it when it takes longer. */
  async stop(graceMs: number): Promise<void> {
    this.over.abort();
    this.child.kill('SIGTERM');
    const patience = new AbortController();
    const late = sleep(graceMs, 'late', { signal: patience.signal }).catch(() => undefined);
    if ((await Promise.race([this.ended, late])) === 'late') this.kill();
    patience.abort();
    await this.ended;
  }

  kill(): void {
    this.over.abort();
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) endGroup(this.child.pid);
  }

  private async untilEnd(): Promise<Termination> {
    this.child.ref();
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.over.abort();
    endGroup(this.child.pid!); // whatever it left behind
    const number = signal === null ? undefined : constants.signals[signal];
    const exitCode = code ?? 128 + number!;
    const tells = exitCode !== 0 && this.container.terminationMessagePolicy === 'FallbackToLogsOnError';
    return {
      exitCode,
      ...(number === undefined ? {} : { signal: number }),
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(tells ? { message: (await lastLines(this.root.log, 80)).slice(-2048) } : {}),
      startedAt: this.startedAt,
      finishedAt: new Date().toISOString(),
    };
  }

  private async watch(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.container;
    this.onHealth({ started: startupProbe === undefined, ready: startupProbe === undefined && readinessProbe === undefined }, this);
    if (startupProbe !== undefined && !(await this.starts())) return;
    if (readinessProbe === undefined) this.onHealth({ started: true, ready: true }, this);
    else this.probe(readinessProbe, (ready) => this.onHealth({ started: true, ready }, this));
    if (livenessProbe !== undefined) this.probe(livenessProbe, (alive) => alive || void this.stop(30_000));
  }

  private async starts(): Promise<boolean> {
    const answered = new AbortController();
    const signal = AbortSignal.any([this.over.signal, answered.signal]);
    let good = false;
    await watchProbe(this.container.startupProbe!, this.container, this.ip, signal, (started) => {
      good = started;
      answered.abort();
    });
    if (!good && !this.over.signal.aborted) void this.stop(30_000);
    return good;
  }

  private probe(probe: Parameters<typeof watchProbe>[0], onChange: (good: boolean) => void): void {
    if (probe.httpGet === undefined) throw new Error(`container ${this.container.name} has a probe that the process node does not play`);
    void watchProbe(probe, this.container, this.ip, this.over.signal, onChange);
  }
}
