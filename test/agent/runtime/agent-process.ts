import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(__dirname, '../../../src/cli/main.ts');

interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The agent as people start it: a process of its own, straight from its sources. */
export class AgentProcess {
  readonly lines: LogLine[] = [];
  readonly exit: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly checks = new Set<() => void>();

  constructor(kubeconfig: string, args: readonly string[] = []) {
    const options = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'agent', '--kubeconfig', kubeconfig, ...args], options);
    this.child = child;
    // Its last lines may come after its exit.
    this.exit = once(child, 'close').then(([code]) => code as number | null);
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.lines.push(line.startsWith('{') ? (JSON.parse(line) as LogLine) : { msg: line });
      for (const check of this.checks) check();
    });
  }

  /** Resolves with the first line of this message, and of this kind where one is named, past or to come. */
  said(msg: string, kind?: string): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = this.lines.find((line) => line.msg === msg && (kind === undefined || line.kind === kind));
        if (found === undefined) return;
        this.checks.delete(check);
        resolve(found);
      };
      this.checks.add(check);
      check();
      void this.exit.then((code) =>
        reject(new Error(`the agent ended with ${code} before it said "${msg}": ${JSON.stringify(this.lines.slice(-5))}`)),
      );
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
