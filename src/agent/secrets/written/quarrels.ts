interface Writes {
  readonly count: number;
  readonly lastMs: number;
  readonly isTold?: boolean;
}

/** What nobody touched for so long is settled. */
const QUIET_MS = 60_000;
/** So many hand edits in a row are undone at once. */
const AT_ONCE = 5;
const FIRST_WAIT_MS = 1000;

/** Somebody else who sets again and again what we undo, and would keep both of us and the API server busy: each time we take twice as long. */
export class Quarrels {
  private readonly writes = new Map<string, Writes>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Milliseconds until the next write is due. */
  waitMs(key: string): number {
    const writes = this.writes.get(key);
    if (writes === undefined || writes.count <= AT_ONCE) return 0;
    const waitMs = Math.min(QUIET_MS / 2, FIRST_WAIT_MS * 2 ** (writes.count - AT_ONCE - 1));
    return Math.max(0, writes.lastMs + waitMs - this.now());
  }

  /** Whether nobody has asked this since the last write. */
  isNews(key: string): boolean {
    const writes = this.writes.get(key);
    if (writes === undefined || writes.isTold) return false;
    this.writes.set(key, { ...writes, isTold: true });
    return true;
  }

  wrote(key: string): void {
    const before = this.writes.get(key);
    const now = this.now();
    const isOver = before === undefined || now - before.lastMs > QUIET_MS;
    this.writes.set(key, { count: isOver ? 1 : before.count + 1, lastMs: now });
  }

  forget(key: string): void {
    this.writes.delete(key);
  }
}
