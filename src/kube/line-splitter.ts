const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. A line in many chunks is put together once, when its end comes. */
export class LineSplitter {
  private parts: Buffer[] = [];

  /** The lines that end in this chunk, without their line ends; empty ones are left out. */
  *push(chunk: Buffer): Generator<Buffer> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.finish(chunk.subarray(from, end));
      from = end + 1;
      if (line.length > 0) yield line;
    }
    if (from < chunk.length) this.parts.push(chunk.subarray(from));
  }

  private finish(last: Buffer): Buffer {
    if (this.parts.length === 0) return last;
    const line = Buffer.concat([...this.parts, last]);
    this.parts = [];
    return line;
  }
}
