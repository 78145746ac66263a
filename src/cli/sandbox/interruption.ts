/** Somebody ends the command, with Ctrl-C for instance. */
export class Interrupted extends Error {
  constructor(private readonly by: NodeJS.Signals) {
    super(`interrupted by ${by}`);
  }

  /** As a shell has it. */
  get exitCode(): number {
    return this.by === 'SIGINT' ? 130 : 143;
  }
}

/** Listens for somebody who ends the command, so that what it has begun can be taken away first. The next signal ends it at once. */
export class Interruption {
  private readonly controller = new AbortController();
  /** Rejects with `Interrupted`. */
  readonly came = new Promise<never>((_, reject) => this.signal.addEventListener('abort', () => reject(this.signal.reason)));

  constructor() {
    this.came.catch(() => undefined);
    process.once('SIGINT', this.take).once('SIGTERM', this.take);
  }

  /** Aborted with `Interrupted`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  over(): void {
    process.off('SIGINT', this.take).off('SIGTERM', this.take);
  }

  private readonly take = (by: NodeJS.Signals) => this.controller.abort(new Interrupted(by));
}
