import { createReadStream, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLLOW_EVERY_MS = 100;

/** What one container printed, run by run, in one file. */
export class ContainerLog {
  /** Where the output of each run begins. */
  private readonly runs: number[] = [];

  constructor(
    readonly file: string,
    /** Whether there will be no more. */
    private readonly isOver: () => boolean,
  ) {}

  /** The next run starts. */
  begin(): void {
    this.runs.push(this.size());
  }

  /** The text of the newest run, or of the one before it; undefined where there was none. */
  read({ previous = false, follow = false, tailLines }: LogSelection, signal: AbortSignal): AsyncGenerator<Buffer> | undefined {
    const from = this.runs.at(previous ? -2 : -1);
    if (from === undefined) return undefined;
    return this.chunks(from, previous ? this.runs.at(-1) : undefined, follow && !previous, tailLines, signal);
  }

  private async *chunks(
    from: number,
    to: number | undefined,
    follow: boolean,
    tailLines: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    let [at, end] = [from, to ?? this.size()];
    const text = await this.slice(at, end);
    yield tailLines === undefined ? text : lastOf(text, tailLines);
    while (follow && !signal.aborted) {
      const isOver = this.isOver();
      [at, end] = [end, this.size()];
      if (end > at) yield await this.slice(at, end);
      else if (isOver) return;
      else await sleep(FOLLOW_EVERY_MS);
    }
  }

  private async slice(from: number, to: number): Promise<Buffer> {
    if (to <= from) return Buffer.alloc(0);
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(this.file, { start: from, end: to - 1 })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  private size(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }
}

export interface LogSelection {
  readonly previous?: boolean;
  readonly follow?: boolean;
  readonly tailLines?: number;
}

function lastOf(text: Buffer, lines: number): Buffer {
  const all = text.toString().split(/(?<=\n)/);
  return Buffer.from(all.slice(Math.max(0, all.length - lines)).join(''));
}
