import type { Tracked } from './tracked';
import type { Drift } from './types';

/** Events of one change come close together: they make one report. */
const BATCH_MS = 5;
/** From the third correction within a minute on, somebody else insists: each report waits twice as long as the one before. */
const WINDOW_MS = 60_000;
const FREE_REPORTS = 2;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 300_000;

interface History {
  readonly reports: number;
  readonly lastAt: number;
  readonly delayMs: number;
}

type OnDrift = (drifted: readonly Drift[]) => void;

interface Subscriber {
  onDrift: OnDrift;
  readonly pending: Set<Tracked>;
  timer?: NodeJS.Timeout;
}

/** Tells owners of their objects' drift: at once, in batches, and ever later where it comes back again and again. */
export class DriftReports {
  private readonly subscribers = new Map<string, Subscriber>();
  private readonly histories = new WeakMap<Tracked, History>();

  constructor(private readonly now: () => number) {}

  subscribe(owner: string, onDrift: OnDrift): void {
    const known = this.subscribers.get(owner);
    if (known) known.onDrift = onDrift;
    else this.subscribers.set(owner, { onDrift, pending: new Set() });
  }

  unsubscribe(owner: string): void {
    clearTimeout(this.subscribers.get(owner)?.timer);
    this.subscribers.delete(owner);
  }

  close(): void {
    for (const owner of [...this.subscribers.keys()]) this.unsubscribe(owner);
  }

  /** An object of a subscriber is not as it was left. */
  report(tracked: Tracked): void {
    if (tracked.owner === undefined || !this.subscribers.has(tracked.owner)) return;
    const delayMs = this.nextDelayMs(tracked);
    if (delayMs === 0) this.enqueue(tracked, delayMs);
    else setTimeout(() => this.enqueue(tracked, delayMs), delayMs).unref();
  }

  private enqueue(tracked: Tracked, delayMs: number): void {
    const subscriber = this.subscribers.get(tracked.owner ?? '');
    if (!subscriber || tracked.drift === undefined) return;
    this.histories.set(tracked, { reports: this.recentReports(tracked) + 1, lastAt: this.now(), delayMs });
    subscriber.pending.add(tracked);
    subscriber.timer ??= setTimeout(() => this.flush(subscriber), BATCH_MS);
  }

  private flush(subscriber: Subscriber): void {
    subscriber.timer = undefined;
    const drifted = [...subscriber.pending].filter((tracked) => tracked.drift !== undefined);
    subscriber.pending.clear();
    for (const tracked of drifted) tracked.told = true;
    if (drifted.length > 0) subscriber.onDrift(drifted.map(({ id, drift, otherManager }) => ({ id, what: drift!, manager: otherManager })));
  }

  private nextDelayMs(tracked: Tracked): number {
    const again = this.recentReports(tracked) - FREE_REPORTS;
    return again < 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** again, LONGEST_DELAY_MS);
  }

  private recentReports(tracked: Tracked): number {
    const history = this.histories.get(tracked);
    return history && this.now() - history.lastAt <= WINDOW_MS + 2 * history.delayMs ? history.reports : 0;
  }
}
