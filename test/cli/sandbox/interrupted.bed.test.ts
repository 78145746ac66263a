import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUILD_TIMEOUT_MS } from '../../support/bed';
import { compiledCli } from '../compiled-cli';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-interrupted-'));
const platform = join(folder, 'platform');
const temporary = join(folder, 'tmp');
const state = join(folder, 'state');
const cli = compiledCli();

beforeAll(() => {
  cpSync(join(__dirname, '..', '..', '..', 'examples', 'podinfo'), platform, { recursive: true });
  mkdirSync(temporary);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Interrupted {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** `sandbox up`, sent a signal as soon as something is so. */
async function interrupted(isTime: (lines: readonly string[]) => boolean, signal: NodeJS.Signals): Promise<Interrupted> {
  const env = { ...process.env, XDG_STATE_HOME: state, TMPDIR: temporary, NO_COLOR: '1' };
  const child = spawn(process.execPath, [cli, 'sandbox', 'up', '--offline'], { cwd: platform, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const ended = once(child, 'close') as Promise<[number | null]>;
  while (child.exitCode === null && !isTime(lines)) await sleep(5);
  child.kill(signal);
  const [code] = await ended;
  return { code, lines };
}

const sandboxes = join(state, 'fairlead', 'sandboxes');

/** Whether a bed has a file. */
const hasFile = (...path: string[]) => readdirSync(temporary).some((bed) => existsSync(join(temporary, bed, ...path)));

/** Whether the record of the sandbox has a field. */
function isRecorded(field: string): boolean {
  const records = existsSync(sandboxes) ? readdirSync(sandboxes).filter((name) => name.endsWith('.json')) : [];
  return records.some((name) => readFileSync(join(sandboxes, name), 'utf8').includes(`"${field}"`));
}

/** Command lines of processes that have to do with the test's folder. */
function leftovers(): string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map((pid) => commandOf(pid)).filter((command) => command.includes(folder));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // ended meanwhile
  }
}

test.each<[string, (lines: readonly string[]) => boolean, NodeJS.Signals, number]>([
  ['at once', (lines) => lines.some((line) => line.startsWith('booting a control plane')), 'SIGINT', 130],
  ['while servers start', () => hasFile('logs', 'kube-apiserver.log'), 'SIGTERM', 143],
  ['before the agent starts', () => hasFile('git', 'sandbox.git'), 'SIGTERM', 143],
  ['while it waits for the agent', () => isRecorded('agent'), 'SIGINT', 130],
])(
  'interrupted %s, nothing of it is left: no process, no folder, no record',
  async (_when, isTime, signal, expected) => {
    const { code, lines } = await interrupted(isTime, signal);
    expect({ code, lines }).toMatchObject({ code: expected });
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
    // What is killed takes a moment to be gone.
    for (let tries = 0; tries < 200 && leftovers().length > 0; tries++) await sleep(100);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(sandboxes)).toEqual([]);
  },
  BUILD_TIMEOUT_MS,
);
