import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../common/errors';
import { type Status, StatusError } from './status-error';
import type { Answer, Call, Transport } from './transport';

/** Told of every request that was answered or lost. */
export type RequestObserver = (request: { verb: string; resource: string; status: number; seconds: number }) => void;

/** What is the same for all requests of one identity. */
export interface RequestOptions {
  /** Called before every mutating request, each time it is sent; throws to forbid it. */
  readonly guard?: () => void;
  /** User to impersonate, e.g. `system:serviceaccount:dev:deployer`. */
  readonly impersonate?: string;
  /** @default 60000 */
  readonly timeoutMs?: number;
  readonly onRequest?: RequestObserver;
}

const MOST_TRIES = 6;
const LONGEST_WAIT_MS = 10_000;

/** Sends calls as one identity: guards mutations, tries again what is safe, and turns refusals into errors. */
export class Requests {
  constructor(
    readonly transport: Transport,
    private readonly options: RequestOptions = {},
  ) {}

  as(options: RequestOptions): Requests {
    return new Requests(this.transport, { ...this.options, ...options });
  }

  /** The answer of a call that succeeded; `subject` begins the message of the error otherwise. */
  async send(call: Call, subject: string): Promise<Answer> {
    const prepared = this.prepare(call);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.observed(prepared, attempt);
      if (answer === undefined) continue;
      if (answer.status < 400) return answer;
      const waitMs = this.waitAfter(answer.status, answer.headers['retry-after'], attempt);
      if (waitMs === undefined) throw refusal(subject, answer.status, answer.body);
      await sleep(waitMs, undefined, { signal: call.signal });
    }
  }

  /** An answer that comes in bit by bit. Not tried again: whoever reads it begins anew. */
  async open(call: Call, subject: string): Promise<IncomingMessage> {
    const started = performance.now();
    const response = await this.transport.stream(this.prepare(call));
    const status = response.statusCode!;
    this.options.onRequest?.({ verb: call.verb, resource: call.resource, status, seconds: (performance.now() - started) / 1000 });
    if (status < 400) return response;
    if (status === 401) this.transport.refused();
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    throw refusal(subject, status, Buffer.concat(chunks));
  }

  private prepare(call: Call): Call {
    const headers = this.options.impersonate === undefined ? call.headers : { ...call.headers, 'impersonate-user': this.options.impersonate };
    return { timeoutMs: this.options.timeoutMs, ...call, headers, guard: call.method === 'GET' ? undefined : this.options.guard };
  }

  /** Undefined: the connection broke on a read, which may be tried again. */
  private async observed(call: Call, attempt: number): Promise<Answer | undefined> {
    const started = performance.now();
    let status = 0;
    try {
      const answer = await this.transport.exchange(call);
      status = answer.status;
      return answer;
    } catch (error) {
      if (call.method !== 'GET' || attempt >= 3 || !isReset(error)) throw error;
      await sleep(50 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal: call.signal });
      return undefined;
    } finally {
      this.options.onRequest?.({ verb: call.verb, resource: call.resource, status, seconds: (performance.now() - started) / 1000 });
    }
  }

  private waitAfter(status: number, retryAfter: string | undefined, attempt: number): number | undefined {
    if (status === 401 && attempt === 1) {
      this.transport.refused();
      return 0;
    }
    if (status !== 429 || attempt >= MOST_TRIES) return undefined;
    const asked = Number(retryAfter ?? 1) * 1000;
    return Math.min(Number.isFinite(asked) ? asked : 1000, LONGEST_WAIT_MS) * (1 + Math.random() * 0.2);
  }
}

function isReset(error: unknown): boolean {
  if (!errors.ApiUnreachable.is(error)) return false;
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function refusal(subject: string, status: number, body: Buffer): StatusError {
  const text = body.toString();
  try {
    const parsed = JSON.parse(text) as { kind?: string };
    if (parsed.kind === 'Status') return new StatusError(subject, status, parsed as Status);
  } catch {
    // Proxies and unknown paths answer in plain text.
  }
  return new StatusError(subject, status, text);
}
