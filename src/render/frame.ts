/** What a frame says; which fields are set tells what it is. The same as `header` in `engine/frame.go`. */
export interface FrameHeader {
  /** The call this frame belongs to. */
  readonly id?: number;
  /** A question of the engine while that call runs, and its answer. */
  readonly ask?: number;
  readonly answer?: number;
  readonly op?: string;
  readonly args?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly kind: string; readonly message: string };
}

export interface Frame {
  readonly header: FrameHeader;
  /** Bytes beside the JSON, so that manifests are never parsed on the way. */
  readonly segments: readonly Buffer[];
}

const LENGTHS = 8;
const MAX_FRAME = 512 * 1024 * 1024;

/** Length of all that follows, length of the header (both 32 bit, big endian), header, segments. */
export function encodeFrame(header: FrameHeader, segments: readonly Buffer[] = []): Buffer {
  const head = Buffer.from(JSON.stringify(segments.length === 0 ? header : { ...header, sizes: segments.map((segment) => segment.length) }));
  const lengths = Buffer.alloc(LENGTHS);
  const body = segments.reduce((sum, segment) => sum + segment.length, 0);
  lengths.writeUInt32BE(4 + head.length + body, 0);
  lengths.writeUInt32BE(head.length, 4);
  return Buffer.concat([lengths, head, ...segments]);
}

/** Cuts a stream of chunks into frames. Throws on a frame that cannot be: the stream is lost then. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private buffered = 0;

  /** Frames that are complete with this chunk. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      const total = this.nextLength();
      if (total === undefined || this.buffered < 4 + total) return frames;
      frames.push(decodeFrame(this.take(4 + total)));
    }
  }

  private nextLength(): number | undefined {
    if (this.buffered < LENGTHS) return undefined;
    if (this.chunks[0].length < LENGTHS) this.chunks = [Buffer.concat(this.chunks)];
    const total = this.chunks[0].readUInt32BE(0);
    if (total < 4 || total > MAX_FRAME) throw new Error(`frame of ${total} bytes`);
    return total;
  }

  private take(length: number): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = all.length > length ? [all.subarray(length)] : [];
    this.buffered = all.length - length;
    return all.subarray(0, length);
  }
}

function decodeFrame(bytes: Buffer): Frame {
  const head = LENGTHS + bytes.readUInt32BE(4);
  if (head > bytes.length) throw new Error('frame shorter than its header');
  const { sizes = [], ...header } = JSON.parse(bytes.toString('utf8', LENGTHS, head)) as FrameHeader & { sizes?: number[] };
  let at = head;
  const segments = sizes.map((size) => {
    const segment = bytes.subarray(at, at + size);
    at += size;
    return segment;
  });
  if (at !== bytes.length) throw new Error('frame and its segments differ in length');
  return { header, segments };
}
