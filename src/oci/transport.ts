import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { errors } from '../common/errors';
import { onAbort } from '../common/on-abort';
import { Body } from './body';
import { Connections } from './connections';
import { explainFailure, isBrokenConnection } from './failure';
import { pause } from './pause';
import { RateLimits } from './rate-limits';
import { followed, type Hop } from './redirect';
import type { RegistryAccess, RequestOptions } from './types';

export interface HttpOptions extends RequestOptions {
  readonly access?: RegistryAccess;
  /** The header as it is sent; another host gets none, except with `access.passCredentials`. The transport makes none from `access`. */
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the body at most, after decompression. @default 16 MiB */
  readonly limit?: number;
  /** No byte for so long ends the request. @default 30 s */
  readonly idleMs?: number;
  /** Asks for a compressed body, which is read decompressed. @default false */
  readonly compressed?: boolean;
  /** The bytes as they came, even where the server marks them as compressed: for content with a digest. @default false */
  readonly raw?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where it came from in the end. */
  readonly url: URL;
  readonly body: Buffer;
}

/** An answer whose body is still to come. Read it to its end or destroy it; its errors are FL11 errors. */
export interface HttpStream extends Omit<HttpAnswer, 'body'> {
  readonly body: Readable;
}

/** An answer that nobody has begun to read. */
interface Opened extends Omit<HttpAnswer, 'body'> {
  readonly body: Body;
}

export interface TransportOptions {
  /** @default fairlead */
  readonly userAgent?: string;
  /** @default one of its own */
  readonly rateLimits?: RateLimits;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_IDLE_MS = 30_000;
const DEFAULT_LIMIT = 16 * 2 ** 20;
const MOST_REFUSALS = 3;
const RETRY_MS = 300;

type Method = 'GET' | 'HEAD' | 'POST';

/**
 * HTTP as registries and chart repositories need it: kept-alive connections, deadlines, bounded bodies, redirects, proxies, rate limits, and one
 * retry where a connection broke or a server failed. Answers are given whatever their status; only 429 (and 503 with a time) are waited for.
 * Make one for a program: hosts that asked us to wait are remembered in it.
 */
export class Transport {
  private readonly connections = new Connections();
  private readonly limits: RateLimits;

  constructor(private readonly options: TransportOptions = {}) {
    this.limits = options.rateLimits ?? new RateLimits();
  }

  get(url: URL | string, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.whole('GET', new URL(url), options);
  }

  head(url: URL | string, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.whole('HEAD', new URL(url), options);
  }

  /** For large bodies, which are not held whole. */
  getStream(url: URL | string, options: HttpOptions = {}): Promise<HttpStream> {
    return this.retried('GET', options.signal, async () => {
      const answer = await this.open('GET', new URL(url), options);
      return { ...answer, body: answer.body.stream() };
    });
  }

  /** A form. Never sent twice. */
  post(url: URL | string, form: URLSearchParams, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.whole('POST', new URL(url), options, form.toString());
  }

  close(): void {
    this.connections.close();
  }

  private whole(method: Method, url: URL, options: HttpOptions, form?: string): Promise<HttpAnswer> {
    return this.retried(method, options.signal, async () => {
      const answer = await this.open(method, url, options, form);
      return { ...answer, body: await answer.body.whole() };
    });
  }

  /** One retry for reads, where the connection broke or the server failed. */
  private async retried<T extends { readonly status: number; readonly body: Buffer | Readable }>(
    method: Method,
    signal: AbortSignal | undefined,
    ask: () => Promise<T>,
  ): Promise<T> {
    try {
      const answer = await ask();
      if (method === 'POST' || answer.status < 500) return answer;
      if (!Buffer.isBuffer(answer.body)) (answer.body as Readable).destroy();
    } catch (error) {
      if (method === 'POST' || !isBrokenConnection(error)) throw error;
    }
    await pause(RETRY_MS * (0.5 + Math.random()), signal);
    return ask();
  }

  private async open(method: Method, url: URL, options: HttpOptions, form?: string): Promise<Opened> {
    let hop: Hop = { method, url, access: options.access ?? {}, authorization: options.authorization };
    for (let hops = 0, refusals = 0; ; ) {
      await this.limits.pass(hop.url.host, options.signal);
      const answer = await this.send(hop, options, form);
      if (answer.status === 429 || (answer.status === 503 && answer.headers['retry-after'] !== undefined)) {
        answer.body.giveUp();
        this.limits.refused(hop.url.host, answer.headers['retry-after']);
        if (++refusals >= MOST_REFUSALS || method === 'POST') throw this.limits.error(hop.url.host);
        continue;
      }
      this.limits.answered(hop.url.host);
      const next = followed(hop, answer, ++hops);
      if (next === undefined) return answer;
      answer.body.giveUp();
      hop = next;
    }
  }

  private async send(hop: Hop, options: HttpOptions, form?: string): Promise<Opened> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, idleMs = DEFAULT_IDLE_MS, limit = DEFAULT_LIMIT, raw = false } = options;
    const url = `${hop.url.origin}${hop.url.pathname}`;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(errors.RegistryTimeout({ url, what: 'did not answer in full', seconds: timeoutMs / 1000 })), timeoutMs);
    const unlink = onAbort(options.signal, (reason) => stop.abort(reason));
    const release = () => {
      clearTimeout(timer);
      unlink();
    };
    const explain = (error: unknown) => explainFailure(error, hop.url, stop.signal);
    let response: IncomingMessage;
    try {
      response = await this.connections.send(hop.url, hop.access, {
        method: hop.method,
        headers: this.headersOf(hop, options, form),
        body: hop.method === 'POST' ? form : undefined,
        idleMs,
        idle: () => errors.RegistryTimeout({ url, what: 'sent nothing', seconds: idleMs / 1000 }),
        signal: stop.signal,
      });
    } catch (error) {
      release();
      throw explain(error);
    }
    const bounds = hop.method === 'HEAD' ? { limit: Number.POSITIVE_INFINITY, raw: true } : { limit, raw };
    // What is left of a body that was given up is read under the same deadline.
    response.once('close', release);
    const body = new Body(response, { url, ...bounds, explain });
    return { status: response.statusCode!, headers: response.headers, url: hop.url, body };
  }

  private headersOf(hop: Hop, options: HttpOptions, form?: string): Record<string, string> {
    return {
      'user-agent': this.options.userAgent ?? 'fairlead',
      'accept-encoding': options.compressed ? 'gzip' : 'identity',
      ...options.headers,
      ...(hop.authorization === undefined ? {} : { authorization: hop.authorization }),
      ...(hop.method === 'POST' && form !== undefined ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    };
  }
}
