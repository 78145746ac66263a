import { styleText } from 'node:util';

/** Says in plain words what happens, how long it took, and at the end whether all of it worked. */
export class Narrator {
  private readonly began = Date.now();
  private stages = 0;
  private silent = false;

  title(text: string): void {
    this.print(`\n${styleText('bold', text)}`);
  }

  /** Runs one stage; its failure ends the demo with the stage's name. */
  async stage<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.stages += 1;
    this.print(`\n${styleText('bold', `${this.stages}. ${name}`)}`);
    const began = Date.now();
    try {
      const result = await run();
      this.print(styleText('green', `   done in ${seconds(began)}`));
      return result;
    } catch (error) {
      this.print(styleText('red', `   failed after ${seconds(began)}: ${error instanceof Error ? error.message : String(error)}`));
      throw error;
    }
  }

  say(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.print(`   ${line}`);
  }

  /** Says nothing any more, whatever still happens. */
  silence(): void {
    this.silent = true;
  }

  end(): void {
    this.print(styleText('green', `\nAll ${this.stages} stages worked, ${seconds(this.began)} in all.`));
  }

  private print(text: string): void {
    if (!this.silent) console.log(text);
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
