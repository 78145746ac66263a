import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitOf, root } from '../../demo/run';

/** The demo as a process of its own, as people run it. */
export class DemoProcess {
  readonly exited: Promise<number | string>;
  output = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = exitOf(child);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  static start(args: readonly string[], env: NodeJS.ProcessEnv = {}): DemoProcess {
    const command = ['--import', 'tsx', join(root, 'demo', 'main.ts'), ...args];
    return new DemoProcess(spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Runs it to its end, which must be a good one; gives what it said. */
  static async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const demo = DemoProcess.start(args, env);
    const code = await demo.exited;
    if (code !== 0) throw new Error(`the demo ended with ${code}:\n${demo.output}`);
    return demo.output;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until it says this. */
  async says(text: string): Promise<void> {
    let code: number | string | undefined;
    void this.exited.then((ended) => {
      code = ended;
    });
    while (!this.output.includes(text)) {
      if (code !== undefined) throw new Error(`the demo ended with ${code} and never said "${text}":\n${this.output}`);
      await sleep(20);
    }
  }
}

interface Running {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/** Every process of this machine. */
export function processes(): Running[] {
  const lines = execFileSync('ps', ['-ww', '-eo', 'pid=,pgid=,args=']).toString().trim().split('\n');
  return lines.map((line) => {
    const [, pid, group, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!;
    return { pid: Number(pid), group: Number(group), command };
  });
}
