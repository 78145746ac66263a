import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { EngineLost, EngineProcess } from '../../src/render/engine-process';
import { findEngine } from '../../src/render/find-engine';

const options = { binary: findEngine(), deadlineMs: 30_000 };

function started(): { readonly engine: EngineProcess; readonly ended: Promise<EngineProcess> } {
  let onEnd: (engine: EngineProcess) => void = () => undefined;
  const ended = new Promise<EngineProcess>((resolve) => {
    onEnd = resolve;
  });
  return { engine: new EngineProcess(options, onEnd), ended };
}

test('an operation nobody knows is refused, and the process goes on', async () => {
  const { engine, ended } = started();
  await expect(engine.call({ op: 'fly', args: {} })).rejects.toMatchObject({ kind: 'protocol', message: 'unknown operation fly' });
  expect((await engine.call({ op: 'configDigest', args: { values: {} } })).result).toMatch(/^sha256:/);
  engine.kill();
  await ended;
});

test('calls of a process that is gone are lost, and say why', async () => {
  const { engine, ended } = started();
  engine.kill();
  await ended;
  await expect(engine.call({ op: 'configDigest', args: {} })).rejects.toEqual(new EngineLost('signal SIGKILL', false));
});

test('an engine ends with its parent, however that ends, and without being told', async () => {
  const program = `
    const { EngineProcess } = require(${JSON.stringify(path.resolve(__dirname, '../../src/render/engine-process.ts'))});
    const engine = new EngineProcess(${JSON.stringify(options)}, () => undefined);
    engine.call({ op: 'configDigest', args: {} }).then(() => console.log(engine.pid));
    setInterval(() => undefined, 1000);
  `;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(parent.stdout), 'line');
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
});

/** Whether it runs: what nobody has waited for yet has ended all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
