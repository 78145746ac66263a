import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { errors } from '../common/errors';
import { nearest } from '../synth/root';

/**
 * Checks the types of the project an entry file is in, with the project's own TypeScript. What it finds goes to standard error.
 * @throws FairleadError when types are wrong or cannot be checked
 */
export async function typecheck(entry: string): Promise<void> {
  const folder = dirname(entry);
  const project = nearest(folder, 'tsconfig.json');
  if (project === undefined) throw errors.ConfigMissing({ folder });
  const code = await run(process.execPath, [
    compilerOf(entry),
    '--noEmit',
    '--pretty',
    String(process.stderr.isTTY === true),
    '-p',
    join(project, 'tsconfig.json'),
  ]);
  if (code !== 0) throw errors.TypesWrong();
}

function compilerOf(entry: string): string {
  try {
    return join(dirname(createRequire(entry).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch (cause) {
    throw errors.TypeScriptMissing({ entry }, cause);
  }
}

function run(command: string, args: readonly string[]): Promise<number | null> {
  return new Promise((done, fail) => {
    // Standard output of a command that prints results stays free of findings.
    const child = spawn(command, args, { stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', fail);
    child.once('close', done);
  });
}
