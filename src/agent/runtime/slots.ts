/** Lets so many run at once. Who waits for something gives the slot back meanwhile. */
export class Slots {
  private free: number;
  /** Who stands in line for a slot. Those that come back from waiting go before new work. */
  private readonly line: (() => void)[] = [];
  private readonly onFree = new Set<() => void>();

  constructor(readonly size: number) {
    this.free = size;
  }

  get taken(): number {
    return this.size - this.free;
  }

  /** Calls back whenever a slot is free for new work. */
  whenFree(callback: () => void): void {
    this.onFree.add(callback);
  }

  /** Takes a slot if one is free. */
  tryTake(): boolean {
    if (this.free === 0) return false;
    this.free--;
    return true;
  }

  release(): void {
    const next = this.line.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.free++;
    for (const callback of this.onFree) callback();
  }

  /** Waits without the slot; has it again when this returns or throws. */
  async idle<R>(wait: Promise<R>): Promise<R> {
    this.release();
    try {
      return await wait;
    } finally {
      await this.take();
    }
  }

  /** Runs work in a slot, in its turn. */
  async run<R>(work: () => Promise<R>): Promise<R> {
    await this.take();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /** Results in the order of the items. The first failure is thrown; the others go on. */
  async all<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return await Promise.all(items.map((item) => this.run(() => work(item))));
  }

  /** Resolves with a slot taken, in turn. */
  async enter(): Promise<void> {
    await this.take();
  }

  private async take(): Promise<void> {
    if (!this.tryTake()) await new Promise<void>((resolve) => this.line.push(resolve));
  }
}
