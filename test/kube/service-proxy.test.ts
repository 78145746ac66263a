import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Requests } from '../../src/kube/requests';
import { ServiceProxy } from '../../src/kube/service-proxy';
import { Transport } from '../../src/kube/transport';

let server: Server;
let transport: Transport;
afterEach(async () => {
  transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A proxy through an API server that gives this answer. */
async function proxy(status: number, body: string | object, seen: (request: IncomingMessage, body: string) => void = () => undefined, port = 'http') {
  server = createServer((request, response) => {
    void text(request).then((sent) => {
      seen(request, sent);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify({ kind: 'Status', ...body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  transport = new Transport({ server: url, tls: {}, credentials: async () => ({}), refused: () => undefined });
  return new ServiceProxy(new Requests(transport), { namespace: 'kube-system', name: 'sealing', port });
}

test.each([
  ['http', '/api/v1/namespaces/kube-system/services/http:sealing:http/proxy/v1/cert.pem'],
  ['', '/api/v1/namespaces/kube-system/services/http:sealing:/proxy/v1/cert.pem'],
])('asks for port %j where kubeseal does', async (port, path) => {
  let asked: string | undefined;
  const answer = await (await proxy(200, 'pem', ({ method, url }) => (asked = `${method} ${url}`), port)).get('/v1/cert.pem');
  expect({ asked, answer }).toEqual({ asked: `GET ${path}`, answer: { status: 200, text: 'pem' } });
});

test('sends JSON', async () => {
  const sent: unknown[] = [];
  await (await proxy(200, '', ({ method, headers }, body) => sent.push(method, headers['content-type'], body))).post('/v1/verify', '{"a":1}');
  expect(sent).toEqual(['POST', 'application/json', '{"a":1}']);
});

test.each([409, 400, 404, 413, 500, 503])('an answer of the Pod with status %d is an answer', async (status) => {
  expect(await (await proxy(status, 'why not')).post('/v1/verify', '{}')).toEqual({ status, text: 'why not' });
});

test.each([
  ['no Pods', 503, { reason: 'ServiceUnavailable', message: 'no endpoints available for service "sealing"' }, 'FL8326', 'no endpoints available'],
  ['a Pod that does not listen', 503, { message: 'error trying to reach service: dial tcp: connection refused' }, 'FL8326', 'connection refused'],
  ['no right to ask', 403, { reason: 'Forbidden', message: 'services "http:sealing:http" is forbidden' }, 'FL8325', 'is forbidden'],
  ['no such Service', 404, { reason: 'NotFound', message: 'services "sealing" not found' }, 'FL5', 'not found'],
])('%s is an error of its own', async (_what, status, body, code, detail) => {
  const asking = (await proxy(status, body)).post('/v1/verify', '{}');
  await expect(asking).rejects.toMatchObject({ code: expect.stringContaining(code), detail: expect.stringContaining(detail) });
});

test.each([
  ['get', (service: ServiceProxy) => service.get('/v1/cert.pem')],
  ['create', (service: ServiceProxy) => service.post('/v1/verify', '{}')],
])('names the right that is missing to %s', async (verb, ask) => {
  const asking = ask(await proxy(403, { reason: 'Forbidden', message: 'no' }));
  await expect(asking).rejects.toMatchObject({
    remedy: expect.stringContaining(`in namespace kube-system allow ${verb} on services/proxy with resourceNames http:sealing:http;`),
  });
});
