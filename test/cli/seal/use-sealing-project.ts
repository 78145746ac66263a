import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { compiledCli } from '../compiled-cli';
import { type Run, type RunOptions, SealingProject } from './sealing-project';

export interface SealingWorld {
  readonly project: SealingProject;
  /** Seals values of Secret gke/dev/basic-auth, given as `key=value`; none of them may be found anywhere afterwards. */
  readonly seal: (...values: readonly string[]) => Promise<void>;
  /** Files in which secrets may stand. */
  readonly allow: (...paths: readonly string[]) => void;
  /** Runs a command that is to print secrets to a pipe. */
  readonly piped: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Runs a command on a terminal, which shows output and errors alike, and types an answer to each of its questions. */
  readonly onTerminal: (args: readonly string[], answers?: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Run>;
}

/** A project for each test, with its private key in `old.pem`; at the end nothing secret is anywhere in its world or in what was printed. */
export function useSealingProject(): () => SealingWorld {
  let world: SealingWorld | undefined;
  const allowed: string[] = [];
  beforeEach(async () => {
    const project = await SealingProject.create();
    project.write('old.pem', project.key.privateKeyPem);
    project.secret(project.key.privateKeyPem.split('\n')[5]!);
    allowed.splice(0, allowed.length, 'old.pem');
    const seal = async (...values: readonly string[]) => {
      const literals = values.flatMap((value) => ['--from-literal', value]);
      for (const value of values) project.secret(value.slice(value.indexOf('=') + 1));
      const { status, stderr } = await project.fairlead(['seal', 'gke/dev/basic-auth', ...literals]);
      if (status !== 0) throw new Error(stderr);
    };
    const piped = (args: readonly string[], { input, env }: RunOptions = {}) => {
      const child = spawn(process.execPath, [compiledCli(), ...args], inWorld(project, env));
      child.stdin.end(input);
      return ended(child);
    };
    const onTerminal = (args: readonly string[], answers: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
      const command = [process.execPath, compiledCli(), ...args].map((word) => `'${word}'`).join(' ');
      const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], inWorld(project, env));
      const left = [...answers];
      let shown = '';
      child.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
        if (!shown.endsWith(': ') || left.length === 0) return;
        shown = '';
        child.stdin.write(`${left.shift()}\n`);
      });
      return ended(child);
    };
    world = { project, seal, allow: (...paths) => allowed.push(...paths), piped, onTerminal };
  });
  afterEach(() => {
    const leaks = world!.project.leaks(allowed);
    world!.project.remove();
    expect(leaks).toEqual([]);
  });
  return () => world!;
}

function inWorld(project: SealingProject, env: NodeJS.ProcessEnv = {}) {
  return { cwd: project.root, env: { ...project.environment(), ...env } };
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Run> {
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}
