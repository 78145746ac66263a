import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from '../../common/errors';

export interface Reply {
  /** @default 200 */
  readonly status?: number;
  /** @default 'text/plain; charset=utf-8' */
  readonly type?: string;
  /** Besides type and length. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Whether a request may be answered; a reply is a no in words. */
export type Authorizer = (request: IncomingMessage) => Promise<boolean | Reply> | boolean | Reply;

/** Told of every reply on a path that has a route. */
export type ReplyObserver = (reply: { readonly path: string; readonly method: string; readonly status: number }) => void;

export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, without query. */
  readonly path: string;
  /** For what is nobody's secret: `anyone`. */
  readonly authorize: Authorizer;
  readonly answer: (request: IncomingMessage) => Promise<Reply> | Reply;
}

export const anyone: Authorizer = () => true;

/** One HTTP server with named listeners. Whoever offers a route names the listener it belongs to, and who may use it. */
export class HttpListeners {
  private readonly routes = new Map<string, Route[]>();
  private readonly servers = new Map<string, Server>();
  private readonly observers = new Map<string, ReplyObserver>();

  route(listener: string, route: Route): void {
    this.routes.set(listener, [...(this.routes.get(listener) ?? []), route]);
  }

  observe(listener: string, observer: ReplyObserver): void {
    this.observers.set(listener, observer);
  }

  /** Opens a listener at `host:port`; port 0 takes a free one. Returns the address it has. */
  async listen(listener: string, address: string): Promise<string> {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    const server = createServer((request, response) => void this.respond(listener, request, response));
    server.requestTimeout = 30_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(errors.PortTaken({ address, cause: error.message }, error)));
      server.listen({ port: Number(address.slice(colon + 1)), host: host === '' ? undefined : host }, resolve);
    });
    this.servers.set(listener, server);
    const bound = server.address() as AddressInfo;
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }

  async close(): Promise<void> {
    for (const server of this.servers.values()) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    }
    this.servers.clear();
  }

  private async respond(listener: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0]!;
    const here = (this.routes.get(listener) ?? []).filter((route) => route.path === path);
    const failed = (): Reply => ({ status: 500, body: 'failed\n' });
    const { status = 200, type = 'text/plain; charset=utf-8', headers, body } = await replyTo(here, request).catch(failed);
    if (here.length > 0) this.observers.get(listener)?.({ path, method: request.method ?? '', status });
    response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

/** @param here routes of the path */
async function replyTo(here: readonly Route[], request: IncomingMessage): Promise<Reply> {
  const route = here.find((candidate) => candidate.method === request.method);
  if (route === undefined) return here.length > 0 ? { status: 405, body: 'method not allowed\n' } : { status: 404, body: 'not found\n' };
  const admitted = await route.authorize(request);
  if (typeof admitted === 'object') return admitted;
  return admitted ? await route.answer(request) : { status: 403, body: 'forbidden\n' };
}
