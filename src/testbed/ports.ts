import { createServer, type Server } from 'node:net';
import { errors } from '../common/errors';

/** Below the ranges that systems take source ports of outgoing connections from. */
const FIRST = 20_000;
const LAST = 32_000;
const BLOCK = 10;
const ATTEMPTS = 200;

/**
 * Runs `work` with a number of free loopback ports. They come from one block, whose first port is held until `work` ends, so that two test beds
 * that start at once never pick the same ports.
 */
export async function withFreePorts<T>(count: number, work: (ports: number[]) => Promise<T>): Promise<T> {
  if (count >= BLOCK) throw new RangeError(`a block has ${BLOCK - 1} ports`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const base = FIRST + Math.floor(Math.random() * ((LAST - FIRST) / BLOCK)) * BLOCK;
    const guard = await listen(base);
    if (!guard) continue;
    try {
      const ports = Array.from({ length: count }, (_, index) => base + 1 + index);
      if (await areFree(ports)) return await work(ports);
    } finally {
      guard.close();
    }
  }
  throw errors.NoFreePorts();
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const servers = await Promise.all(ports.map(listen));
  await Promise.all(servers.map((server) => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))));
  return servers.every((server) => server !== undefined);
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
