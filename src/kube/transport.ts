import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { errors, FairleadError } from '../common/errors';
import { onAbort } from '../common/on-abort';
import type { ClientCertificate, Connection } from './connection';

/** One request as it goes over the wire. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** For messages and metrics: `get`, `list`, `watch`, `create`, `update`, `patch`, `apply`, `delete`. */
  readonly verb: string;
  /** For messages and metrics, e.g. `deployments.apps`. */
  readonly resource: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Called at the last moment before bytes leave; what it throws is what the call throws. */
  readonly guard?: () => void;
  /** @default 60000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TransportOptions {
  /** Sockets for requests; watches have their own. @default 32 */
  readonly maxSockets?: number;
  readonly userAgent?: string;
}

/** An API server closes idle connections after 90 s: ours go first, so that no request meets a closing one. */
const IDLE_SOCKET_MS = 55_000;
const TCP_KEEP_ALIVE_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 60_000;

interface Pools {
  readonly certificate: ClientCertificate | undefined;
  readonly requests: http.Agent;
  readonly watches: http.Agent;
}

/** Kept-alive connections to one API server. Sends one request and reads one answer; knows nothing of what they mean. */
export class Transport {
  private pools: Pools | undefined;
  private readonly open = new Set<http.Agent>();

  constructor(
    private readonly connection: Connection,
    private readonly options: TransportOptions = {},
  ) {}

  get server(): URL {
    return this.connection.server;
  }

  /** Sends and reads the whole answer, whatever its status. */
  async exchange(call: Call): Promise<Answer> {
    const stop = new AbortController();
    const timeoutMs = call.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const late = () => stop.abort(errors.ApiTimeout({ verb: call.verb, resource: call.resource, seconds: timeoutMs / 1000 }));
    const timer = setTimeout(late, timeoutMs);
    const unlink = onAbort(call.signal, (reason) => stop.abort(reason));
    try {
      const response = await this.send(call, 'requests', stop.signal);
      return { status: response.statusCode!, headers: response.headers, body: await bodyOf(response) };
    } catch (error) {
      throw this.explain(error, stop.signal);
    } finally {
      clearTimeout(timer);
      unlink();
    }
  }

  /** Sends and hands over the answer while it still comes in, on a connection of its own. */
  async stream(call: Call): Promise<http.IncomingMessage> {
    try {
      return await this.send(call, 'watches', call.signal);
    } catch (error) {
      throw this.explain(error, call.signal);
    }
  }

  /** The server refused our credentials. */
  refused(): void {
    this.connection.refused();
  }

  close(): void {
    for (const agent of this.open) agent.destroy();
  }

  private async send(call: Call, pool: 'requests' | 'watches', signal?: AbortSignal): Promise<http.IncomingMessage> {
    const { authorization, certificate } = await this.connection.credentials();
    const agent = this.poolsFor(certificate)[pool];
    const { protocol, hostname, port, pathname } = this.connection.server;
    const headers: http.OutgoingHttpHeaders = { 'user-agent': this.options.userAgent ?? 'fairlead', accept: 'application/json', ...call.headers };
    if (authorization !== undefined) headers.authorization = authorization;
    if (call.body !== undefined) headers['content-length'] = Buffer.byteLength(call.body);

    return await new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const request = (protocol === 'http:' ? http : https).request({
        agent,
        method: call.method,
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: port || (protocol === 'http:' ? 80 : 443),
        path: pathname === '/' ? call.path : pathname.replace(/\/$/, '') + call.path,
        headers,
      });
      request.once(
        'close',
        onAbort(signal, (reason) => request.destroy(reason as Error)),
      );
      request.once('response', resolve);
      request.once('error', reject);
      request.once('socket', (socket) => {
        socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
        const write = () => {
          try {
            call.guard?.();
            request.end(call.body);
          } catch (error) {
            request.destroy(error as Error);
          }
        };
        if (socket.connecting) socket.once(protocol === 'http:' ? 'connect' : 'secureConnect', write);
        else write();
      });
    });
  }

  /** A rotated client certificate gets new connections; calls on the old ones end by themselves. */
  private poolsFor(certificate: ClientCertificate | undefined): Pools {
    if (this.pools !== undefined && this.pools.certificate === certificate) return this.pools;
    const { tls, server } = this.connection;
    const shared: https.AgentOptions = { keepAlive: true, keepAliveMsecs: TCP_KEEP_ALIVE_MS, scheduling: 'lifo' };
    if (server.protocol === 'https:') {
      shared.secureContext = createSecureContext({ ca: tls.ca, cert: certificate?.cert, key: certificate?.key });
      shared.rejectUnauthorized = !tls.insecure;
      if (tls.serverName !== undefined) shared.servername = tls.serverName;
    }
    const Agent = server.protocol === 'http:' ? http.Agent : https.Agent;
    const maxSockets = this.options.maxSockets ?? 32;
    const requests = new Agent({ ...shared, maxSockets, maxFreeSockets: maxSockets, timeout: IDLE_SOCKET_MS });
    const watches = new Agent({ ...shared, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4, timeout: 0 });
    this.open.add(requests).add(watches);
    this.pools = { certificate, requests, watches };
    return this.pools;
  }

  private explain(error: unknown, signal?: AbortSignal): unknown {
    if (error instanceof FairleadError) return error;
    if (signal?.aborted) return signal.reason;
    const { code, message } = error as NodeJS.ErrnoException;
    return errors.ApiUnreachable({ server: this.connection.server.origin, cause: message || code || 'connection lost' }, error);
  }
}

/** Event by event: for small bodies an iterator makes several times as much garbage as they have bytes. */
function bodyOf(response: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    response.once('error', reject);
    response.once('close', () => response.readableEnded || reject(new Error('connection lost')));
  });
}
