import { readFile } from 'node:fs/promises';

/** Projected tokens rotate long before they expire, so a minute-old one is still good. */
const REREAD_MS = 60_000;

/** A bearer token in a file that somebody else keeps fresh. */
export class TokenFile {
  private token = '';
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly file: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async read(): Promise<string> {
    if (this.now() - this.readAt > REREAD_MS) {
      this.token = (await readFile(this.file, 'utf8')).trim();
      this.readAt = this.now();
    }
    return this.token;
  }

  forget(): void {
    this.readAt = Number.NEGATIVE_INFINITY;
  }
}
