import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { errors } from '../../common/errors';

/** Runs the program of a folder as `fairlead synth` does, in a process of its own. Throws `ProgramNotSynthesized`. */
export async function synthesizeProject(root: string): Promise<void> {
  const main = join(__dirname, '..', 'main.js');
  // What it wrote is no result of ours.
  const child = spawn(process.execPath, [main, 'synth'], { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw errors.ProgramNotSynthesized();
}
