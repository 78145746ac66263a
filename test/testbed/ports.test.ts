import { createServer } from 'node:net';
import { withFreePorts } from '../../src/testbed/ports';

test('ports can be listened on, and are not given out twice at a time', async () => {
  const both = await withFreePorts(5, (first) => withFreePorts(5, async (second) => [...first, ...second]));
  expect(new Set(both).size).toBe(10);
  const servers = await Promise.all(
    both.map(
      (port) =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(port, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});
