const QUIET_MS = 1000;
const EVERY_MS = 500;

/** Tells on standard error what is going on, but only of what takes longer than a second. */
export class Progress {
  private readonly startedMs: number;
  private toldMs = 0;
  private isShown = false;

  constructor(
    private readonly stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedMs = now();
  }

  tell(text: string): void {
    const nowMs = this.now();
    if (nowMs - this.startedMs < QUIET_MS || nowMs - this.toldMs < EVERY_MS) return;
    this.toldMs = nowMs;
    this.isShown = true;
    if (this.stream.isTTY) this.stream.write('\r\x1b[K');
    this.stream.write(this.stream.isTTY ? text : `${text}\n`);
  }

  /** Takes the line away where it can be. */
  end(): void {
    if (this.isShown && this.stream.isTTY) this.stream.write('\r\x1b[K');
  }
}

/** Says what is waited for, on standard error, where it takes longer than a second. */
export async function announced<T>(
  text: string,
  work: Promise<T>,
  write: (text: string) => unknown = (line) => process.stderr.write(line),
): Promise<T> {
  const timer = setTimeout(() => write(`${text}\n`), QUIET_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
