import { type BackoffOptions, backoffMs } from './backoff';
import { realTiming, Schedule, type Timing } from './schedule';
import type { Slots } from './slots';

export interface WorkQueueOptions {
  readonly slots: Slots;
  /** Visits a key; must not throw. The slot is taken while it runs. */
  readonly visit: (key: string, causes: ReadonlySet<string>) => Promise<void>;
  readonly backoff?: BackoffOptions;
  readonly timing?: Timing;
}

/**
 * Keys to visit, each once however often it was asked for, and never two visits of one key at once: what is asked for
 * during a visit leads to another one after it.
 */
export class WorkQueue {
  /** Causes by key, in the order the keys came. */
  private readonly waiting = new Map<string, Set<string>>();
  private readonly running = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly scheduledCauses = new Map<string, string>();
  private readonly schedule: Schedule;
  private state: 'paused' | 'open' | 'stopped' = 'paused';

  constructor(private readonly options: WorkQueueOptions) {
    this.schedule = new Schedule((key) => this.add(key, this.scheduledCauses.get(key)!), options.timing ?? realTiming);
    options.slots.whenFree(() => this.pump());
  }

  /** Keys that wait for a slot. */
  get depth(): number {
    return this.waiting.size;
  }

  /** Keys that are visited now. */
  get active(): number {
    return this.running.size;
  }

  /** Visits may begin. */
  start(): void {
    this.state = 'open';
    this.pump();
  }

  /** Visits the key as soon as a slot is free. */
  add(key: string, cause: string): void {
    if (this.state === 'stopped') return;
    const causes = this.waiting.get(key);
    if (causes !== undefined) causes.add(cause);
    else this.waiting.set(key, new Set([cause]));
    this.pump();
  }

  /** Visits the key later; replaces what was planned for it. Any visit in between cancels the plan. */
  addAfter(key: string, delayMs: number, cause: string): void {
    if (this.state === 'stopped') return;
    this.scheduledCauses.set(key, cause);
    this.schedule.set(key, delayMs);
  }

  /** Visits the key later, the more so the more often in a row it failed. Returns the delay in ms. */
  retry(key: string): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const delayMs = backoffMs(failures, this.options.backoff);
    this.addAfter(key, delayMs, 'retry');
    return delayMs;
  }

  /** The key did well: the next failure is the first again. */
  succeeded(key: string): void {
    this.failures.delete(key);
  }

  /** Forgets everything about a key that is no more. */
  forget(key: string): void {
    this.failures.delete(key);
    this.unschedule(key);
  }

  /** No visit begins any more. */
  stop(): void {
    this.state = 'stopped';
    this.waiting.clear();
    this.schedule.clear();
  }

  private pump(): void {
    if (this.state !== 'open') return;
    for (const [key, causes] of this.waiting) {
      if (this.running.has(key)) continue;
      if (!this.options.slots.tryTake()) return;
      this.waiting.delete(key);
      this.unschedule(key);
      void this.run(key, causes);
    }
  }

  private async run(key: string, causes: ReadonlySet<string>): Promise<void> {
    this.running.add(key);
    try {
      await this.options.visit(key, causes);
    } finally {
      this.running.delete(key);
      this.options.slots.release();
    }
  }

  private unschedule(key: string): void {
    this.schedule.cancel(key);
    this.scheduledCauses.delete(key);
  }
}
