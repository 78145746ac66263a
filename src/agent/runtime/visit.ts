import type { Ended, Entry, Quarantine } from './quarantine';
import type { Slots } from './slots';
import type { Reconciled } from './types';

/** Causes that make a waiting reconcile pointless: what it waits for is outdated. */
const superseding: ReadonlySet<string> = new Set(['created', 'deleted', 'spec', 'requested', 'source', 'values']);

/** One reconcile as it runs: its slot while it waits, and when it must give up waiting. */
export class Visit {
  private readonly abortion = new AbortController();
  private idling = 0;
  private superseded: string | undefined;

  private entry: Entry | undefined;

  constructor(private readonly slots: Slots) {}

  /** It is noted down as being worked on, from now until `end`, the time it waits aside. */
  async begin(object: Reconciled, quarantine: Quarantine | undefined): Promise<void> {
    this.entry = await quarantine?.enter(object, (wait) => this.slots.idle(wait));
  }

  end(ended: Ended): void {
    this.entry?.end(ended);
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  /** Waits without a worker. What was asked for meanwhile ends the wait. */
  async idle<R>(wait: Promise<R>): Promise<R> {
    if (this.idling++ === 0) this.entry?.pause();
    if (this.superseded !== undefined) this.abort(this.superseded);
    try {
      // A turn comes before a slot: who has a slot never waits for a turn.
      return await this.slots.idle(wait.finally(() => (this.idling === 1 ? this.entry?.resume() : undefined)));
    } finally {
      this.idling--;
    }
  }

  /** The object is asked for anew: work goes on to its end, waiting does not. */
  askedAgain(cause: string): void {
    if (!superseding.has(cause)) return;
    this.superseded = cause;
    if (this.idling > 0) this.abort(cause);
  }

  abort(cause: string): void {
    if (!this.signal.aborted) this.abortion.abort(new DOMException(`superseded: ${cause}`, 'AbortError'));
  }
}
