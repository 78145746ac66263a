/** Lets so many run at once; the others wait their turn. */
export class Slots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      // The slot goes to the next in line, or back.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  async all<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return await Promise.all(items.map((item) => this.run(() => work(item))));
  }
}
