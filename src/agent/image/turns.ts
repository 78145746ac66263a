import { setImmediate } from 'node:timers/promises';

/** Lets those who have much to compute do so one after another, with a look at everything else in between. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves when it is the caller's turn: in a round of the event loop that is nobody else's. */
  next(): Promise<unknown> {
    this.last = this.last.then(() => setImmediate());
    return this.last;
  }
}
