import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * Becomes the program, after leaving behind a watcher that ends the whole process group when the pipe on stdin closes. The kernel closes it when
 * the parent ends, in whatever way.
 */
const LEASH = 'exec 3<&0 </dev/null; { read -r _ <&3; kill -9 0; } >/dev/null 2>&1 & exec "$@" 3<&-';

/** Deletes a folder once the pipe on stdin closes; its inhabitants are ending at the same moment, hence the retries. */
const SWEEPER = 'read -r _; n=0; while ! rm -rf "$1" 2>/dev/null && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done';

export interface LaunchOptions {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** File that gets its output. */
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  /** False: it outlives this process. */
  readonly leashed: boolean;
}

/**
 * Starts a program as the leader of a process group of its own, so that a Ctrl-C in the terminal does not reach it, and its process id ends it
 * together with its children. It keeps neither this process nor its event loop alive.
 */
export function launch(options: LaunchOptions): ChildProcess {
  const log = openSync(options.log, 'a');
  try {
    const env = options.env ?? process.env;
    const child = options.leashed
      ? spawn('sh', ['-c', LEASH, 'leash', options.program, ...options.args], { cwd: options.folder, env, detached: true, stdio: ['pipe', log, log] })
      : spawn(options.program, options.args, { cwd: options.folder, env, detached: true, stdio: ['ignore', log, log] });
    loosen(child);
    child.once('exit', () => child.stdin?.destroy());
    return child;
  } finally {
    closeSync(log);
  }
}

/** Deletes the folder when this process ends, in whatever way, or when the sweeper's stdin is closed. */
export function sweepAtEnd(folder: string): ChildProcess {
  const child = spawn('sh', ['-c', SWEEPER, 'sweeper', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  loosen(child);
  return child;
}

function loosen(child: ChildProcess): void {
  child.unref();
  child.stdin?.on('error', () => undefined); // a pipe to a child that is gone
  (child.stdin as unknown as { unref(): void } | null)?.unref();
}

/** Ends a process group. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
