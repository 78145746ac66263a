import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from '../../common/errors';

export interface Reply {
  /** @default 200 */
  readonly status?: number;
  /** @default 'text/plain; charset=utf-8' */
  readonly type?: string;
  readonly body: string | Buffer;
}

/** Whether a request may be answered. */
export type Authorizer = (request: IncomingMessage) => Promise<boolean> | boolean;

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

  route(listener: string, route: Route): void {
    this.routes.set(listener, [...(this.routes.get(listener) ?? []), route]);
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
    const {
      status = 200,
      type = 'text/plain; charset=utf-8',
      body,
    } = await this.replyTo(listener, request).catch(() => ({ status: 500, body: 'failed\n' }) as Reply);
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }

  private async replyTo(listener: string, request: IncomingMessage): Promise<Reply> {
    const path = (request.url ?? '/').split('?')[0];
    const here = (this.routes.get(listener) ?? []).filter((route) => route.path === path);
    const route = here.find((candidate) => candidate.method === request.method);
    if (route === undefined) return here.length > 0 ? { status: 405, body: 'method not allowed\n' } : { status: 404, body: 'not found\n' };
    return (await route.authorize(request)) ? await route.answer(request) : { status: 403, body: 'forbidden\n' };
  }
}
