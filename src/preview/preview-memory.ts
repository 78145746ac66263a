/** What was made of equal inputs is made once, by whatever digest it is known. For as long as one command runs. */
export class PreviewMemory {
  private readonly made = new Map<string, Promise<unknown>>();

  /** @param key says what it is and all that it is made of */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const making = make();
    this.made.set(key, making);
    return making;
  }
}
