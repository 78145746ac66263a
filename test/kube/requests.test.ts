import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from '../../src/common/errors';
import type { Connection } from '../../src/kube/connection';
import { type RequestOptions, Requests } from '../../src/kube/requests';
import { StatusError } from '../../src/kube/status-error';
import { type Call, Transport, type TransportOptions } from '../../src/kube/transport';

type Respond = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

let server: Server;
let transport: Transport;
afterEach(async () => {
  transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function requests(respond: Respond, options: RequestOptions & TransportOptions = {}, connection: Partial<Connection> = {}): Promise<Requests> {
  let count = 0;
  server = createServer((request, response) => respond(request, response, ++count));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  transport = new Transport({ server: url, tls: {}, credentials: async () => ({}), refused: () => {}, ...connection }, options);
  return new Requests(transport, options);
}

const get: Call = { method: 'GET', path: '/x', verb: 'get', resource: 'things' };
const post: Call = { ...get, method: 'POST', verb: 'create', body: '{}' };

test('a server that asks for patience is asked again, writes too', async () => {
  const client = await requests((_request, response, nth) => {
    response.writeHead(nth < 3 ? 429 : 200, { 'retry-after': '0' }).end('ok');
  });
  expect((await client.send(post, 'thing')).body.toString()).toBe('ok');
});

test('a server that never has time is given up', async () => {
  const client = await requests((_request, response) =>
    response.writeHead(429, { 'retry-after': '0' }).end('{"kind":"Status","message":"slow down"}'),
  );
  await expect(client.send(get, 'thing')).rejects.toThrow('FL5010: thing: slow down');
});

test('a read whose connection breaks is sent again, a write is not', async () => {
  const client = await requests((request, response, nth) => {
    if (nth === 2) response.end('ok');
    else request.socket.destroy();
  });
  expect((await client.send(get, 'thing')).body.toString()).toBe('ok');
  const lost = await client.send(post, 'thing').catch((error: Error) => error);
  expect(errors.ApiUnreachable.is(lost)).toBe(true);
});

test('credentials that are refused are fetched anew once', async () => {
  let token = 'old';
  const refused = jest.fn(() => {
    token = 'new';
  });
  const client = await requests(
    (request, response) => response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end('no'),
    {},
    { credentials: async () => ({ authorization: `Bearer ${token}` }), refused },
  );
  expect((await client.send(get, 'thing')).status).toBe(200);
  expect(refused).toHaveBeenCalledTimes(1);
});

test('the guard is asked at the moment a write leaves, not when it was asked for', async () => {
  let open = true;
  let finish: () => void = () => {};
  const arrived: string[] = [];
  const entered = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let answerFirst: () => void = () => {};
  const client = await requests(
    (request, response) => {
      arrived.push(request.url!);
      answerFirst = () => response.end('ok');
      finish();
    },
    {
      maxSockets: 1,
      guard: () => {
        if (!open) throw new Error('the lease is over');
      },
    },
  );
  const first = client.send({ ...post, path: '/first' }, 'thing');
  const second = client.send({ ...post, path: '/second' }, 'thing'); // waits for the only connection
  await entered;
  open = false;
  answerFirst();
  await first;
  await expect(second).rejects.toThrow('the lease is over');
  expect(arrived).toEqual(['/first']);
});

test('reads need no guard', async () => {
  const guard = jest.fn(() => {
    throw new Error('no');
  });
  const client = await requests((_request, response) => response.end('ok'), { guard });
  await client.send(get, 'thing');
  expect(guard).not.toHaveBeenCalled();
});

test('impersonation and the path of the server are part of every request', async () => {
  const seen: unknown[] = [];
  const client = await requests(
    (request, response) => {
      seen.push([request.url, request.headers['impersonate-user']]);
      response.end();
    },
    { impersonate: 'system:serviceaccount:dev:deployer' },
  );
  await client.send(get, 'thing');
  expect(seen).toEqual([['/x', 'system:serviceaccount:dev:deployer']]);
});

test('an answer that does not come is given up, and says of what', async () => {
  const client = await requests(() => {}, { timeoutMs: 20 });
  await expect(client.send(get, 'thing')).rejects.toThrow('the Kubernetes API did not answer get things within 0.02 s');
});

test('whoever aborts gets the reason back', async () => {
  const client = await requests(() => {});
  const reason = new Error('enough');
  const controller = new AbortController();
  const sent = client.send({ ...get, signal: controller.signal }, 'thing');
  controller.abort(reason);
  await expect(sent).rejects.toBe(reason);
});

test('every request is told to the observer, lost ones as status 0', async () => {
  const seen: unknown[] = [];
  const client = await requests(
    (request, response, nth) => (nth === 1 ? response.writeHead(404).end('{"kind":"Status","reason":"NotFound"}') : request.socket.destroy()),
    { onRequest: ({ verb, resource, status }) => seen.push([verb, resource, status]) },
  );
  await expect(client.send(get, 'thing')).rejects.toBeInstanceOf(StatusError);
  await expect(client.send(post, 'thing')).rejects.toThrow();
  expect(seen).toEqual([
    ['get', 'things', 404],
    ['create', 'things', 0],
  ]);
});
