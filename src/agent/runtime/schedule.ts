interface Due {
  readonly key: string;
  readonly at: number;
}

/** Node's timers fire at once for longer ones. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Timing {
  now(): number;
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** At most one future time per key, however many keys, on one timer. */
export class Schedule {
  private readonly times = new Map<string, Due>();
  /** Binary heap by time; entries that `times` does not hold any more are skipped when they come up. */
  private heap: Due[] = [];
  private timer: { readonly at: number; readonly id: unknown } | undefined;

  constructor(
    private readonly onDue: (key: string) => void,
    private readonly timing: Timing = realTiming,
  ) {}

  get size(): number {
    return this.times.size;
  }

  /** Replaces the key's time. */
  set(key: string, delayMs: number): void {
    const due = { key, at: this.timing.now() + Math.max(0, delayMs) };
    this.times.set(key, due);
    this.push(due);
    if (this.heap.length > 2 * this.times.size + 64) this.compact();
    this.arm();
  }

  cancel(key: string): void {
    this.times.delete(key);
  }

  clear(): void {
    this.times.clear();
    this.heap = [];
    if (this.timer !== undefined) this.timing.clearTimer(this.timer.id);
    this.timer = undefined;
  }

  private fire(): void {
    this.timer = undefined;
    while (this.heap.length > 0 && (this.heap[0]!.at <= this.timing.now() || !this.isLive(this.heap[0]!))) {
      const due = this.pop();
      if (!this.isLive(due)) continue;
      this.times.delete(due.key);
      this.onDue(due.key);
    }
    this.arm();
  }

  private arm(): void {
    const first = this.heap[0];
    if (first === undefined || (this.timer !== undefined && this.timer.at <= first.at)) return;
    if (this.timer !== undefined) this.timing.clearTimer(this.timer.id);
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, Math.ceil(first.at - this.timing.now())));
    this.timer = { at: first.at, id: this.timing.setTimer(() => this.fire(), delayMs) };
  }

  private isLive(due: Due): boolean {
    return this.times.get(due.key) === due;
  }

  private compact(): void {
    this.heap = [];
    for (const due of this.times.values()) this.push(due);
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.at <= heap[at]!.at) break;
      [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
      at = parent;
    }
  }

  private pop(): Due {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left;
      if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right;
      if (least === at) return first;
      [heap[least], heap[at]] = [heap[at]!, heap[least]!];
      at = least;
    }
  }
}
