import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Project } from '../project';

let project: Project;
let elsewhere: string;
let watch: ChildProcess;
let seen: number;

beforeEach(async () => {
  project = new Project();
  elsewhere = mkdtempSync(join(tmpdir(), 'fairlead-elsewhere-'));
  seen = 0;
});
afterEach(async () => {
  await stop();
  project.remove();
  rmSync(elsewhere, { recursive: true });
});

function start(...args: string[]): void {
  // One file for all that is said keeps its order.
  const log = openSync(join(elsewhere, 'said'), 'a');
  watch = spawn(process.execPath, [project.cli, 'synth', '--watch', ...args], {
    cwd: project.root,
    stdio: ['ignore', log, log],
    env: { ...process.env, CI: undefined },
  });
  closeSync(log);
}

const said = () => readFileSync(join(elsewhere, 'said'), 'utf8');

async function stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  if (watch.exitCode !== null || watch.signalCode !== null) return watch.exitCode;
  const closed = new Promise<number | null>((done) => watch.once('close', done));
  watch.kill(signal);
  return closed;
}

/** What is said up to the end of the next synth. */
async function next(): Promise<string> {
  for (;;) {
    const rest = said().slice(seen);
    const end = /^(?:synthesized|failed) in [\d.]+ s; watching .*\n/m.exec(rest);
    if (end) {
      seen += end.index + end[0].length;
      return rest.slice(0, end.index + end[0].length);
    }
    if (watch.exitCode !== null) throw new Error(`the watch ended: ${said()}`);
    await sleep(20);
  }
}

test('every change of a file is synthesized, with the time it took', async () => {
  start();
  expect(await next()).toMatch(/2 written[\s\S]*synthesized in \d+\.\d\d s; watching \.\n$/);
  project.program(['a', 'b', 'c']);
  expect(await next()).toMatch(/^main\.ts changed\n[\s\S]*wrote +dist\/gke\/dev\/dev\/configmap-c\.yaml[\s\S]*synthesized/);
});

test('a file that the program reads counts, and one in a folder made meanwhile', async () => {
  start();
  await next();
  project.write('greeting.txt', 'good day');
  expect(await next()).toMatch(/^greeting\.txt changed\n[\s\S]*2 written/);
  project.write('values/deep/prod.yaml', 'a: 1\n');
  await next();
  project.write('values/deep/prod.yaml', 'a: 2\n');
  expect(await next()).toMatch(/^values\/deep\/prod\.yaml changed\n/);
});

test('so do files elsewhere that it imports or reads, however they are written', async () => {
  writeFileSync(join(elsewhere, 'shared.ts'), "export const suffix: string = 'x';\n");
  writeFileSync(join(elsewhere, 'names.txt'), 'one');
  project.program(['a'], {
    before: `import { suffix } from '${elsewhere}/shared';`,
    during: `new ApiObject(chart, 'more', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: readFileSync('${elsewhere}/names.txt', 'utf8') + suffix } });`,
  });
  start();
  expect(await next()).toContain('configmap-onex.yaml');
  writeFileSync(join(elsewhere, 'shared.new'), "export const suffix: string = 'y';\n");
  renameSync(join(elsewhere, 'shared.new'), join(elsewhere, 'shared.ts'));
  expect(await next()).toMatch(/shared\.ts changed\n[\s\S]*configmap-oney\.yaml/);
  writeFileSync(join(elsewhere, 'names.txt'), 'two');
  expect(await next()).toMatch(/names\.txt changed\n[\s\S]*configmap-twoy\.yaml/);
});

test('an error is shown and watching goes on', async () => {
  start();
  await next();
  project.write('main.ts', 'const a = ;\n');
  expect(await next()).toMatch(/main\.ts:1:11: [\s\S]*failed in/);
  project.write('cdk8s.yaml', 'app: [');
  expect(await next()).toMatch(/error [\s\S]*failed in/);
  project.write('cdk8s.yaml', 'language: typescript\napp: fairlead synth main.ts\n');
  await next();
  project.program(['a', 'c']);
  expect(await next()).toContain('synthesized in');
});

test('what synth writes, and what is none of the program’s, starts nothing', async () => {
  start();
  await next();
  mkdirSync(join(project.root, 'node_modules', 'x'));
  for (const path of ['dist/other.txt', 'node_modules/x/index.js', '.main.ts.swp', '.git/x']) project.write(path, 'x');
  await sleep(400);
  project.write('greeting.txt', 'last');
  expect(await next()).toMatch(/^greeting\.txt changed\n/);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it, also in the midst of a synth, and leaves nothing running', async (signal) => {
  const note = join(elsewhere, 'pid');
  const sleeping = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);';
  project.program(['a'], { before: `import { writeFileSync } from 'node:fs'; writeFileSync('${note}', String(process.pid)); ${sleeping}` });
  start();
  while (!existsSync(note) || readFileSync(note, 'utf8') === '') await sleep(20);
  expect(await stop(signal)).toBe(0);
  expect(() => process.kill(Number(readFileSync(note, 'utf8')), 0)).toThrow('ESRCH');
});

test('without a program there is nothing to watch', async () => {
  start('other.ts');
  const code = await new Promise((done) => watch.once('close', done));
  expect({ code, said: said() }).toEqual({ code: 1, said: expect.stringContaining('FL7101') });
});
