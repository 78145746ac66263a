import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from '../../src/common/errors';
import { RawKubeClient } from '../../src/kube/client';

test('a closed client ends its watches, those in the name of others included', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = { server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), tls: {} };
  const client = RawKubeClient.connect({ ...connection, credentials: async () => ({}), refused: () => undefined });
  const told: Error[] = [];
  try {
    await new Promise<void>((resolve) => {
      const onError = (error: Error) => {
        told.push(error);
        resolve();
      };
      const signal = new AbortController().signal;
      client.as({ impersonate: 'somebody' }).watch({ group: '', version: 'v1', kind: 'Secret' }, {}, () => undefined, signal, onError);
    });
    expect(asked).toBeGreaterThan(0);
    told.length = 0;
    client.close();
    expect(told.map((error) => errors.WatchInterrupted.is(error))).toEqual([true]);
  } finally {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
