import { spawn } from 'node:child_process';
import { errors } from '../common/errors';
import { onAbort } from '../common/on-abort';
import { type Environment, pinnedEnvironment } from './environment';

export interface RunOptions {
  /** Bare repository to work on. */
  readonly repository?: string;
  readonly environment?: Environment;
  readonly input?: string | Buffer;
  readonly signal?: AbortSignal;
  /** @default - as long as it takes */
  readonly timeoutMs?: number;
  /** Leaves it the terminal, so that it can ask its user for credentials. @default false */
  readonly interactive?: boolean;
}

/** How a command ended other than well. */
export class GitExit extends Error {
  constructor(
    readonly command: string,
    readonly exitCode: number,
    readonly stderr: string,
    readonly timedOut: boolean,
  ) {
    super(`git ${command} exited with ${exitCode}`);
    this.name = 'GitExit';
  }
}

/**
 * Runs git and returns what it printed. Throws `GitExit` where it fails, the signal's reason where that aborts, `GitMissing` where there is none.
 * Abort and timeout end the command with everything it started (it leads a process group of its own).
 */
export function runGit(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const inRepository = options.repository === undefined ? args : [`--git-dir=${options.repository}`, ...args];
  return run('git', inRepository, args[0], options, (cause) => errors.GitMissing({}, cause));
}

/** Runs a program git works with, as `runGit` runs git. `missing`: the error where there is none. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: Omit<RunOptions, 'repository'>,
  missing: (cause: unknown) => Error,
): Promise<Buffer> {
  return run(program, args, program, options, missing);
}

function run(program: string, args: readonly string[], name: string, options: RunOptions, missing: (cause: unknown) => Error): Promise<Buffer> {
  const { signal, interactive = false } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: options.environment ?? pinnedEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: !interactive,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(interactive ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        // It ended by itself just now.
      }
    };
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutMs);
    const unlink = onAbort(signal, kill);
    const settle = () => {
      clearTimeout(timer);
      unlink();
    };
    child.on('error', (cause) => {
      settle();
      reject(missing(cause));
    });
    child.on('close', (code) => {
      settle();
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(Buffer.concat(stdout));
      else reject(new GitExit(name, code ?? -1, Buffer.concat(stderr).toString(), timedOut));
    });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // Git may end before it reads what it is told.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
