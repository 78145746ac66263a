import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;

/** A server that misbehaves as told: for failures that a real registry cannot be made to show. */
export class FakeRegistry {
  static async start(answer: Answer = (_, response) => response.writeHead(404).end()): Promise<FakeRegistry> {
    const registry = new FakeRegistry(answer);
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    registry.host = `127.0.0.1:${(registry.server.address() as AddressInfo).port}`;
    return registry;
  }

  host = '';
  /** `GET /v2/…` of every request, in order. */
  readonly requests: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  private readonly server: http.Server;

  private constructor(public answer: Answer) {
    this.server = http.createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      this.authorizations.push(request.headers.authorization);
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => this.answer(request, response, Buffer.concat(chunks).toString()));
    });
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A fake registry for each test of a file. */
export function useFakeRegistry(): () => FakeRegistry {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
  });
  afterEach(() => registry.stop());
  return () => registry;
}
