interface Waiting {
  readonly rank: number;
  readonly begin: () => void;
}

/** One after another, the lowest rank first, and of one rank as they came. */
export class Turns {
  private readonly line: Waiting[] = [];
  private isTaken = false;

  async take<R>(rank: number, work: () => Promise<R>): Promise<R> {
    if (this.isTaken) await new Promise<void>((begin) => this.queue({ rank, begin }));
    this.isTaken = true;
    try {
      return await work();
    } finally {
      const next = this.line.shift();
      if (next === undefined) this.isTaken = false;
      else next.begin();
    }
  }

  private queue(waiting: Waiting): void {
    const after = this.line.findIndex(({ rank }) => rank > waiting.rank);
    this.line.splice(after < 0 ? this.line.length : after, 0, waiting);
  }
}
