import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errors } from '../../src/common/errors';
import { TestBed } from '../../src/testbed/test-bed';

let folder: string;
const env = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'test-bed-'));
  process.env.KUBEBUILDER_ASSETS = join(folder, 'assets');
  process.env.TMPDIR = join(folder, 'tmp');
  mkdirSync(process.env.TMPDIR);
  mkdirSync(process.env.KUBEBUILDER_ASSETS);
});
afterEach(() => {
  process.env = { ...env };
  rmSync(folder, { recursive: true });
});

test('a server that ends fails the start, by name and with its last words, and nothing stays', async () => {
  program('etcd', 'echo "disk is full" >&2; exit 3');
  program('kube-apiserver', 'exec sleep 600');
  const start = TestBed.start({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
  const failure = await start.catch((error: unknown) => error);
  expect(errors.BedServerFailed.is(failure)).toBe(true);
  expect(String(failure)).toMatch(/etcd of the test bed ended with code 3:\ndisk is full/);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('a folder without a bed cannot be attached to', async () => {
  const failure = await TestBed.attach(folder).catch((error: unknown) => error);
  expect(errors.BedNotFound.is(failure)).toBe(true);
});

function program(name: string, script: string): void {
  const path = join(folder, 'assets', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
