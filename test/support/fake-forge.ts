import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForgeReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ForgeRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An HTTP server on loopback that answers JSON as a function says. */
export class FakeForge {
  /** `METHOD path`, as they came. */
  readonly requests: string[] = [];
  /** Answers everything with this instead. */
  broken?: ForgeReply;
  private server?: Server;

  constructor(private readonly answer: (request: ForgeRequest) => ForgeReply) {}

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
        this.requests.push(`${request.method} ${pathname}`);
        const text = Buffer.concat(chunks).toString();
        const body = text === '' ? {} : JSON.parse(text);
        const asked = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body };
        const { status, body: reply, headers } = this.broken ?? this.answer(asked);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(reply === undefined ? undefined : JSON.stringify(reply));
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this.url;
  }

  get url(): string {
    const { port } = this.server!.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

/** A page of a list, with GitHub's and GitLab's Link header where more follows. */
export function page(items: readonly unknown[], { query, path }: ForgeRequest, base: string): ForgeReply {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const number = Number(query.get('page') ?? 1);
  const rest = items.length > size * number;
  const more = rest && { headers: { link: `<${base}${path}?per_page=${size}&page=${number + 1}>; rel="next"` } };
  return { status: 200, body: items.slice(size * (number - 1), size * number), ...more };
}
