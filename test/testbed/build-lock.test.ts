import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../src/testbed/build-lock';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'locks', 'tool');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('two owners work one after the other, and the second is told about the first', async () => {
  const steps: string[] = [];
  let second!: Promise<void>;
  await withLock(lock, fail, async () => {
    steps.push('first begins');
    const owner = await new Promise<number>((told) => {
      second = withLock(lock, told, async () => void steps.push('second'));
    });
    expect(owner).toBe(process.pid);
    steps.push('first ends');
  });
  await second;
  expect(steps).toEqual(['first begins', 'first ends', 'second']);
});

test('failing work releases the lock', async () => {
  await expect(withLock(lock, fail, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a dead process does not block', async () => {
  await withLock(lock, fail, async () => undefined); // makes the folder
  writeFileSync(lock, String(spawnSync('true').pid));
  await expect(withLock(lock, fail, async () => 'done')).resolves.toBe('done');
});

test('nor does one that nobody keeps fresh, though its process id exists here', async () => {
  await withLock(lock, fail, async () => undefined);
  writeFileSync(lock, String(process.ppid));
  utimesSync(lock, new Date(), new Date(Date.now() - 120_000));
  await expect(withLock(lock, fail, async () => 'done')).resolves.toBe('done');
});

function fail(): void {
  throw new Error('waits for a lock that nobody holds');
}
