import { spawn } from 'node:child_process';
import { compiledCli } from '../compiled-cli';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the command line beside the test, which may act on the world meanwhile. */
export function runCli(args: readonly string[], { cwd, env }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [compiledCli(), ...args], {
    cwd,
    env: { ...process.env, FAIRLEAD_DEBUG: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk: Buffer) => (text[stream] += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...text }));
  });
}
