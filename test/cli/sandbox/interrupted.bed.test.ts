import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** `sandbox up`, sent a signal some time after it has said something. */
async function interrupted(after: RegExp, waitMs: number, signal: NodeJS.Signals): Promise<Interrupted> {
  const env = { ...process.env, XDG_STATE_HOME: state, TMPDIR: temporary, NO_COLOR: '1' };
  const child = spawn(process.execPath, [cli, 'sandbox', 'up', '--offline'], { cwd: platform, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (after.test(line)) setTimeout(() => child.kill(signal), waitMs);
  }
  const [code] = await ended;
  return { code, lines };
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

test.each<[string, RegExp, number, NodeJS.Signals, number]>([
  ['at once', /^booting a control plane/, 0, 'SIGINT', 130],
  ['while servers start', /^booting a control plane/, 700, 'SIGTERM', 143],
  ['while it waits for the agent', /waiting|layers|ready/i, 0, 'SIGINT', 130],
])(
  'interrupted %s, nothing of it is left: no process, no folder, no record',
  async (_when, after, waitMs, signal, expected) => {
    const { code, lines } = await interrupted(after, waitMs, signal);
    expect({ code, lines }).toMatchObject({ code: expected });
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(join(state, 'fairlead', 'sandboxes'))).toEqual([]);
  },
  BUILD_TIMEOUT_MS,
);
