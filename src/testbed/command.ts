import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { errors } from '../common/errors';

export interface CommandOptions {
  /** Written to stdin. @default - stdin is empty */
  readonly input?: string | Buffer;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a program to its end. @returns its stdout; an exit code other than 0 is an error that holds its output */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined); // it may end before it has read everything
    child.stdin.end(options.input);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(stdout).toString());
      const command = [basename(program), ...args].join(' ');
      reject(
        errors.BedCommandFailed({
          command,
          output: Buffer.concat([...stderr, ...stdout])
            .toString()
            .trim(),
        }),
      );
    });
  });
}
