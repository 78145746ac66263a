interface Waiting {
  readonly rank: number;
  readonly begin: () => void;
}

/**
 * One after another. Of shares that wait, the next turn is that one's which had the least time so far, so that a share with ten thousand things to do
 * keeps no other waiting; within a share the lowest rank comes first, and of one rank as they came.
 */
export class Turns {
  private readonly lines = new Map<string, Waiting[]>();
  /** Milliseconds that a share had, counted from the least that others had when it came. Forgotten once nobody waits. */
  private readonly used = new Map<string, number>();
  private least = 0;
  private isTaken = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  async take<R>(share: string, rank: number, work: () => Promise<R>): Promise<R> {
    if (this.isTaken) await new Promise<void>((begin) => this.queue(share, { rank, begin }));
    this.isTaken = true;
    const from = this.now();
    try {
      return await work();
    } finally {
      this.used.set(share, this.usedBy(share) + this.now() - from);
      this.next();
    }
  }

  private queue(share: string, waiting: Waiting): void {
    const line = this.lines.get(share) ?? [];
    this.lines.set(share, line);
    line.splice(line.findLastIndex(({ rank }) => rank <= waiting.rank) + 1, 0, waiting);
  }

  private next(): void {
    let chosen: string | undefined;
    for (const share of this.lines.keys()) if (chosen === undefined || this.usedBy(share) < this.usedBy(chosen)) chosen = share;
    if (chosen === undefined) {
      this.isTaken = false;
      this.used.clear();
      this.least = 0;
      return;
    }
    this.least = this.usedBy(chosen);
    const line = this.lines.get(chosen)!;
    const { begin } = line.shift()!;
    if (line.length === 0) this.lines.delete(chosen);
    begin();
  }

  private usedBy(share: string): number {
    return Math.max(this.least, this.used.get(share) ?? 0);
  }
}
