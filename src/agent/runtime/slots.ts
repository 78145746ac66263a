/** A bounded number of workers. Who waits for something gives the slot back meanwhile. */
export class Slots {
  private free: number;
  /** Those that come back from waiting go before new work. */
  private readonly returning: (() => void)[] = [];
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
    const next = this.returning.shift();
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
      if (!this.tryTake()) await new Promise<void>((resolve) => this.returning.push(resolve));
    }
  }
}
