import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { digestOf } from '../../../src/common/digest';

/** A chart repository as many are: a folder over HTTP, which can be taken down and brought back where it was. */
export class ChartServer {
  /** Path and status of every answer. */
  readonly answers: string[] = [];
  /** Asked for where set. */
  credentials: { readonly username: string; readonly password: string } | undefined;
  private server: Server | undefined;
  private port = 0;

  constructor(readonly folder: string) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/charts`;
  }

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const answer = (status: number, headers: Record<string, string> = {}) => {
        this.answers.push(`${request.url} ${status}`);
        return response.writeHead(status, headers);
      };
      const { username, password } = this.credentials ?? {};
      const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      if (this.credentials && request.headers.authorization !== expected) return void answer(401).end();
      const file = join(this.folder, new URL(request.url ?? '', 'http://x').pathname.replace(/^\/charts\//, ''));
      if (!existsSync(file)) return void answer(404).end();
      const bytes = readFileSync(file);
      const etag = `"${digestOf(bytes)}"`;
      if (request.headers['if-none-match'] === etag) return void answer(304).end();
      answer(200, { etag }).end(bytes);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }
}
