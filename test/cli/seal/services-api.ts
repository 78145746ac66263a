import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PodAnswer {
  readonly status: number;
  readonly body?: string;
}

/** An API server that knows Services alone, and has whoever made it answer for their Pods. */
export class ServicesApi {
  private constructor(private readonly server: Server) {}

  /**
   * @param services as `namespace/name`
   * @param answer of the Pods of a Service to what the proxy passes on; undefined where it has none
   */
  static async start(
    services: readonly string[],
    answer: (service: string, path: string, body: string) => PodAnswer | undefined,
  ): Promise<ServicesApi> {
    const server = createServer((request, response) => {
      const status = (code: number, reason: string) => ({ status: code, body: JSON.stringify({ kind: 'Status', reason, message: reason }) });
      const [, namespace, target, path] = /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/]+)(?:\/proxy(\/.*))?$/.exec(request.url!) ?? [];
      const service = `${namespace}/${target?.replace(/^http:(.*):http$/, '$1')}`;
      void text(request).then((body) => {
        const answered =
          namespace === undefined
            ? { status: 200, body: discovery(request.url!) }
            : !services.includes(service)
              ? status(404, 'NotFound')
              : path === undefined
                ? { status: 200, body: JSON.stringify({ metadata: { name: target, namespace }, spec: { ports: [{ name: 'http' }] } }) }
                : (answer(service, path, body) ?? status(503, 'ServiceUnavailable'));
        response.writeHead(answered.status).end(answered.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ServicesApi(server);
  }

  get kubeconfig(): string {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const named = (kind: string, value: object) => [{ name: 'it', [kind]: value }];
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'it',
      clusters: named('cluster', { server }),
      users: named('user', {}),
      contexts: named('context', { cluster: 'it', user: 'it' }),
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function discovery(root: string): string {
  const resources = [{ resource: 'services', responseKind: { kind: 'Service' }, scope: 'Namespaced' }];
  const items = root === '/api' ? [{ metadata: {}, versions: [{ version: 'v1', resources }] }] : [];
  return JSON.stringify({ kind: 'APIGroupDiscoveryList', items });
}
