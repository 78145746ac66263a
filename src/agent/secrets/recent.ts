interface Known<T> {
  readonly answer: Promise<T>;
  readonly until: number;
}

/** Answers that hold for a few seconds. One question is asked once at a time; a failed one is asked again. */
export class Recent<T> {
  /** The oldest first. */
  private readonly known = new Map<string, Known<T>>();

  constructor(
    private readonly holdsMs: number,
    private readonly most = 256,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.known.get(key);
    if (known !== undefined && known.until > this.now()) return known.answer;
    this.known.delete(key);
    const asked: Known<T> = { answer: ask(), until: this.now() + this.holdsMs };
    this.known.set(key, asked);
    if (this.known.size > this.most) this.known.delete(this.known.keys().next().value!);
    asked.answer.catch(() => {
      if (this.known.get(key) === asked) this.known.delete(key);
    });
    return asked.answer;
  }
}
