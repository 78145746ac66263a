import { paintFor } from '../print/colour';

/** Tells on standard error what was done and what is waited for: each thing once. */
export class Steps {
  private last = '';
  private readonly paint = paintFor(process.stderr);

  constructor(private readonly write: (text: string) => unknown = (text) => process.stderr.write(text)) {}

  done(text: string): void {
    this.line('green', '✔', text);
  }

  waiting(text: string): void {
    if (text !== this.last) this.line('cyan', '◎', `waiting: ${text}`);
    this.last = text;
  }

  /** Something people have to do. */
  ask(text: string): void {
    this.line('yellow', '►', text);
  }

  private line(style: 'green' | 'cyan' | 'yellow', mark: string, text: string): void {
    this.last = '';
    this.write(`${this.paint(style, mark)} ${text}\n`);
  }
}
