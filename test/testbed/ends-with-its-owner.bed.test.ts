import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecord } from '../../src/testbed/bed-record';
import { isRunning } from '../../src/testbed/bed-servers';
import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';
import { BUILD_TIMEOUT_MS } from '../support/bed';

test(
  'a bed whose owner is killed leaves no process, no port and no folder',
  async () => {
    const { owner, folder } = await ownedBed({});
    const { servers, url, git, registry } = await readRecord(folder);
    expect(servers.map(({ name }) => name).sort()).toEqual([
      'etcd',
      'git',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kwok',
      'registry',
    ]);
    expect(await Promise.all(servers.map(isRunning))).not.toContain(false);

    await end(owner);

    await until(async () => !(await Promise.all(servers.map(isRunning))).includes(true));
    await until(async () => !existsSync(folder));
    for (const address of [url, git!, `http://${registry}`]) await expectFree(Number(new URL(address).port));
  },
  BUILD_TIMEOUT_MS,
);

test(
  'a detached bed outlives its owner, can be used by others, and is stopped by its folder',
  async () => {
    const { owner, folder } = await ownedBed({ detach: true, scheduler: false, registry: false });
    await end(owner);
    const { servers } = await readRecord(folder);

    const bed = await TestBed.attach(folder);
    expect(await bed.kubectl(['get', 'nodes', '--output=name'])).toBe('node/node-0\n');
    expect((await bed.git.createRepository('later')).url).toBe(`${bed.git.url}/later.git`);

    await TestBed.stop(folder);
    expect(await Promise.all(servers.map(isRunning))).not.toContain(true);
    expect(existsSync(folder)).toBe(false);
    await expect(TestBed.attach(folder)).rejects.toThrow(`no test bed in ${folder}`);
  },
  BUILD_TIMEOUT_MS,
);

async function ownedBed(options: TestBedOptions): Promise<{ owner: ChildProcess; folder: string }> {
  const program = join(__dirname, 'bed-owner.ts');
  const owner = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const folder of createInterface(owner.stdout)) return { owner, folder };
  throw new Error('the bed did not start');
}

async function end(owner: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await exit;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

function expectFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
