import { styleText } from 'node:util';

/** Says in plain words what happens, how long it took, and at the end whether all of it worked. */
export class Narrator {
  private readonly began = Date.now();
  private stages = 0;

  title(text: string): void {
    console.log(`\n${styleText('bold', text)}`);
  }

  /** Runs one stage; its failure ends the demo with the stage's name. */
  async stage<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.stages += 1;
    console.log(`\n${styleText('bold', `${this.stages}. ${name}`)}`);
    const began = Date.now();
    try {
      const result = await run();
      console.log(styleText('green', `   done in ${seconds(began)}`));
      return result;
    } catch (error) {
      console.log(styleText('red', `   failed after ${seconds(began)}: ${error instanceof Error ? error.message : String(error)}`));
      throw error;
    }
  }

  say(text: string): void {
    for (const line of text.trimEnd().split('\n')) console.log(`   ${line}`);
  }

  end(): void {
    console.log(styleText('green', `\nAll ${this.stages} stages worked, ${seconds(this.began)} in all.`));
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
