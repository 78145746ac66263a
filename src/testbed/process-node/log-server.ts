import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CertificateAuthority } from '../certificates';
import type { ContainerLog } from './log';

const HOST = '127.0.0.1';

type FindLog = (namespace: string, pod: string, container: string) => ContainerLog | undefined;

/**
 * What the API server asks a kubelet when somebody wants to see a log. When a line was printed is not kept: `sinceSeconds`, `sinceTime` and `timestamps`
 * make no difference here.
 */
export class LogServer {
  static async start(find: FindLog): Promise<LogServer> {
    const { certificate, key } = new CertificateAuthority('process node').issue({ commonName: 'process node', usage: 'server', hosts: [HOST] });
    const server = createServer({ cert: certificate, key }, (request, response) => void answer(request, response, find));
    server.listen(0, HOST);
    await once(server, 'listening');
    server.unref();
    return new LogServer(server);
  }

  private constructor(private readonly server: Server) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** `/containerLogs/NAMESPACE/POD/CONTAINER`. */
async function answer(request: IncomingMessage, response: ServerResponse, find: FindLog): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://kubelet');
  const [kind, namespace = '', pod = '', container = ''] = pathname.split('/').slice(1).map(decodeURIComponent);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const tail = searchParams.get('tailLines');
  const selection = {
    previous: searchParams.get('previous') === 'true',
    follow: searchParams.get('follow') === 'true',
    ...(tail === null ? {} : { tailLines: Number(tail) }),
  };
  const text = kind === 'containerLogs' ? find(namespace, pod, container)?.read(selection, gone.signal) : undefined;
  if (text === undefined) {
    response.writeHead(400).end(`${selection.previous ? 'previous terminated ' : ''}container "${container}" in pod "${pod}" has no log here\n`);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  await pipeline(Readable.from(text), response).catch(() => undefined); // who asked is gone
}
