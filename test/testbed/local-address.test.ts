import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalAddress } from '../../src/testbed/local-address';

test('addresses are of their own, can be listened on, and go when released', async () => {
  const both = await Promise.all([LocalAddress.claim(), LocalAddress.claim()]);
  const ips = both.map(({ ip }) => ip);
  expect(new Set(ips).size).toBe(2);
  for (const host of ips) {
    const server = createServer().listen({ host, port: 80 });
    await once(server, 'listening');
    await new Promise((resolve) => server.close(resolve));
  }
  await Promise.all(both.map((address) => address.release()));
  expect(present(ips)).toEqual([]);
  await both[0].release();
});

test('an address that somebody has is not taken: another one is', async () => {
  const same = Math.random();
  const random = jest.spyOn(Math, 'random');
  try {
    for (let call = 0; call < 6; call++) random.mockReturnValueOnce(same);
    const first = await LocalAddress.claim();
    const second = await LocalAddress.claim();
    expect(present([first.ip, second.ip])).toEqual([first.ip, second.ip]);
    expect(second.ip).not.toBe(first.ip);
    await Promise.all([first.release(), second.release()]);
  } finally {
    random.mockRestore();
  }
});

test('an address goes with the process that claimed it, even when that is killed', async () => {
  const program = `void require(${JSON.stringify(join(__dirname, '../../src/testbed/local-address.ts'))}).LocalAddress.claim().then(({ ip }) => {
    process.stdout.write(ip);
    setInterval(() => {}, 1000);
  });`;
  const owner = spawn(process.execPath, ['--import', 'tsx', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ip = String((await once(owner.stdout, 'data'))[0]);
  expect(present([ip])).toEqual([ip]);
  owner.kill('SIGKILL');
  while (present([ip]).length > 0) await sleep(20);
});

function present(ips: readonly string[]): string[] {
  const here = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return ips.filter((ip) => here.some(({ address }) => address === ip));
}
