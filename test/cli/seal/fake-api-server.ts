import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SealingProject } from './sealing-project';

/** As much of an API server as leads to a controller of sealed secrets behind its service proxy. */
export class FakeApiServer {
  certificate = '';
  /** What the controller answers to `/v1/verify`. */
  verify: (sealedSecret: string) => number = () => 200;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer(async (request, response) => {
      const path = request.url!.split('?')[0]!;
      this.asked.push(`${request.method} ${path}`);
      const body = await text(request);
      const json = (status: number, value: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (path.endsWith('/proxy/v1/cert.pem')) response.writeHead(200).end(this.certificate);
      else if (path.endsWith('/proxy/v1/verify')) response.writeHead(this.verify(body)).end();
      else if (path === '/api/v1/namespaces/kube-system/services/sealed-secrets-controller') json(200, SERVICE);
      else if (path === '/api' || path === '/apis') json(200, { kind: 'APIGroupDiscoveryList', items: path === '/api' ? [CORE] : [] });
      else json(404, { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, message: `no ${path}` });
    });
  }

  static async start(): Promise<FakeApiServer> {
    const api = new FakeApiServer();
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Writes a kubeconfig for it; gives the options that name it. */
  kubeconfig(project: SealingProject): string[] {
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const named = { name: 'test', cluster: { server }, context: { cluster: 'test', user: 'test' }, user: {} };
    project.write('kubeconfig', JSON.stringify({ kind: 'Config', 'current-context': 'test', clusters: [named], contexts: [named], users: [named] }));
    return ['--kubeconfig', 'kubeconfig'];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'sealed-secrets-controller', namespace: 'kube-system' },
  spec: { ports: [{ name: 'http', port: 8080 }] },
};

const CORE = {
  versions: [{ version: 'v1', resources: [{ resource: 'services', responseKind: { kind: 'Service' }, scope: 'Namespaced' }] }],
};
