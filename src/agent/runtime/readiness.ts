import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff';
import { messageOf } from './outcome-status';
import type { Runtime } from './types';

/** Something that has to be seen working before this process may act. */
export interface ReadinessCheck {
  readonly name: string;
  /** What is missing, in words. Empty: it works, and is not looked at again. Throwing says that something is missing too. */
  check(signal: AbortSignal): Promise<readonly string[]>;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Whether everything this process needs was exercised once. A process that was ready stays so: what goes wrong later is said of the objects it
 * goes wrong for, and taking the agent away would not make it better.
 */
export class Readiness {
  private readonly missing = new Map<string, readonly string[]>();

  constructor(private readonly log: Runtime['log']) {}

  private readonly checks: ReadinessCheck[] = [];
  private passed = false;

  /** Before `whenReady`. */
  add(check: ReadinessCheck): void {
    this.checks.push(check);
    this.missing.set(check.name, ['not looked at yet']);
  }

  get ready(): boolean {
    return this.passed;
  }

  /** What is missing, a line each. */
  get problems(): readonly string[] {
    return [...this.missing].flatMap(([name, problems]) => problems.map((problem) => `${name}: ${problem}`));
  }

  /** Resolves when all checks have passed, each on its own. Rejects when stopped before. */
  async whenReady(signal: AbortSignal): Promise<void> {
    let told = '';
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      await Promise.all(this.checks.filter(({ name }) => this.missing.has(name)).map((check) => this.look(check, signal)));
      if (this.missing.size === 0) break;
      const { problems } = this;
      if (problems.join('\n') !== told) this.log.warn('not ready, standing by', { missing: problems });
      told = problems.join('\n');
      await sleep(backoffMs(tries, { firstMs: 500, longestMs: LONGEST_PAUSE_MS }), undefined, { signal });
    }
    this.passed = true;
    if (this.checks.length > 0) this.log.info('ready', { checked: this.checks.map(({ name }) => name) });
  }

  private async look({ name, check }: ReadinessCheck, signal: AbortSignal): Promise<void> {
    const problems = await check(signal).catch((error: unknown) => [messageOf(error)]);
    if (problems.length === 0) this.missing.delete(name);
    else this.missing.set(name, problems);
  }
}
