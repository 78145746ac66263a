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

/** The bytes of an answer, decompressed and bounded. Once it is closed, read or not, the connection is free or gone. */
export function bodyOf(response: IncomingMessage, options: BodyOptions): Readable {
  const body = Readable.from(read(response, options), { objectMode: false });
  body.once('close', () => {
    // Reading what little is left keeps the connection, which costs more.
    if (response.complete || Number(response.headers['content-length']) <= WORTH_READING) response.resume();
    else response.destroy();
  });
  return body;
}

/** All bytes of a body. */
export async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** `16 MiB` */
export function describeSize(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1 ? `${Math.round(mebibytes)} MiB` : `${bytes} bytes`;
}

async function* read(response: IncomingMessage, { url, limit, raw, explain }: BodyOptions): AsyncGenerator<Buffer> {
  const tooLarge = () => errors.RegistryAnswerTooLarge({ url, limit: describeSize(limit) });
  try {
    const decoder = raw ? undefined : decoderOf(response);
    if (!decoder && Number(response.headers['content-length']) > limit) throw tooLarge();
    let length = 0;
    for await (const chunk of decoder ? pipeline(response, decoder, () => {}) : response) {
      length += (chunk as Buffer).length;
      if (length > limit) throw tooLarge();
      yield chunk as Buffer;
    }
  } catch (error) {
    throw explain(error);
  }
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
