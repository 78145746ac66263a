import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { errors } from '../common/errors';

export interface BodyOptions {
  readonly url: string;
  /** Bytes after which reading ends with `RegistryAnswerTooLarge`, counted after decompression. */
  readonly limit: number;
  /** The bytes as they came, even where they are marked as compressed: for content with a digest. */
  readonly raw: boolean;
  /** Turns what went wrong below into what the reader is told. */
  readonly explain: (error: unknown) => unknown;
}

const WORTH_READING = 16_384;

/** The bytes of an answer, decompressed and bounded: take them one way, once, or give them up. Then the connection is free or gone. */
export class Body {
  constructor(
    private readonly response: IncomingMessage,
    private readonly options: BodyOptions,
  ) {}

  stream(): Readable {
    const body = Readable.from(read(this.response, this.options), { objectMode: false });
    body.once('close', () => this.giveUp());
    return body;
  }

  /** Event by event: for small bodies an iterator makes several times as much garbage as they have bytes. */
  whole(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const { limit, explain } = this.options;
      const fail = (error: unknown) => {
        this.giveUp();
        reject(explain(error));
      };
      const source = sourceOf(this.response, this.options);
      if (source instanceof Error) return fail(source);
      if (source.destroyed) return fail(source.errored ?? cutShort());
      const chunks: Buffer[] = [];
      let length = 0;
      source.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > limit) source.destroy(tooLarge(this.options));
      });
      source.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      source.once('error', fail);
      source.once('close', () => source.readableEnded || fail(cutShort()));
    });
  }

  giveUp(): void {
    const { response } = this;
    // Reading what little is left keeps the connection, which costs more.
    if (response.complete || Number(response.headers['content-length']) <= WORTH_READING) response.resume();
    else response.destroy();
  }
}

/** All bytes of a body. */
export async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** `16 MiB` */
function describeSize(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1 ? `${Math.round(mebibytes)} MiB` : `${bytes} bytes`;
}

async function* read(response: IncomingMessage, options: BodyOptions): AsyncGenerator<Buffer> {
  try {
    const source = sourceOf(response, options);
    if (source instanceof Error) throw source;
    let length = 0;
    for await (const chunk of source) {
      length += (chunk as Buffer).length;
      if (length > options.limit) throw tooLarge(options);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw options.explain(error);
  }
}

/** Where the bytes come from; an error where it says itself that they are too many. */
function sourceOf(response: IncomingMessage, options: BodyOptions): Readable | Error {
  const decoder = options.raw ? undefined : decoderOf(response);
  if (decoder !== undefined) return pipeline(response, decoder, () => {});
  return Number(response.headers['content-length']) > options.limit ? tooLarge(options) : response;
}

function tooLarge({ url, limit }: BodyOptions): Error {
  return errors.RegistryAnswerTooLarge({ url, limit: describeSize(limit) });
}

/** As Node says it where it notices. */
function cutShort(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}

function decoderOf(response: IncomingMessage): Transform | undefined {
  switch (response.headers['content-encoding']?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
