import type { IncomingMessage } from 'node:http';
import { errors } from '../../../common/errors';
import { Refused } from './refused';

export interface BodyLimits {
  /** @default 2 MiB */
  readonly mostBytes?: number;
  /** How long it may take to come. @default 10000 */
  readonly withinMs?: number;
}

/** A SealedSecret that etcd takes is smaller. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The text of a body. Refuses one that is too large (413), too slow (408), broken off or no UTF-8 (400). */
export async function readBody(request: IncomingMessage, limits: BodyLimits = {}): Promise<string> {
  const bytes = await readBytes(request, limits);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refused(400, errors.SealedBodyInvalid({ reason: 'it is no UTF-8' }));
  }
}

async function readBytes(request: IncomingMessage, { mostBytes = MOST_BYTES, withinMs = 10_000 }: BodyLimits): Promise<Buffer> {
  const tooLarge = new Refused(413, errors.SealedBodyRefused({ reason: `it is larger than ${mostBytes} bytes` }));
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge;
  return await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      request.off('data', take).off('end', done).off('close', broken).off('error', broken);
      // What still comes is read and dropped, or whoever sends it would not hear the answer.
      request.on('error', () => undefined).resume();
      settle();
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) end(() => reject(tooLarge));
      else chunks.push(chunk);
    };
    const done = () => end(() => resolve(Buffer.concat(chunks)));
    const broken = () => end(() => reject(new Refused(400, errors.SealedBodyInvalid({ reason: 'it broke off' }))));
    const late = () => {
      const reason = errors.SealedBodyRefused({ reason: `it did not come within ${withinMs / 1000} s` });
      end(() => reject(new Refused(408, reason, { connection: 'close' })));
    };
    const timer = setTimeout(late, withinMs);
    request.on('data', take).on('end', done).on('close', broken).on('error', broken);
  });
}
