import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { launch } from '../src/testbed/leash';
import { exitOf, fairlead } from './run';

export interface AgentProcessOptions {
  /** File that gets its log. */
  readonly log: string;
  readonly dataFolder: string;
  /** Further arguments of `fairlead agent`. */
  readonly arguments?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Called when it ends without having been asked to. */
  readonly onExit?: (code: number | string) => void;
}

/** `fairlead agent` as its own process, which ends when this one does, in whatever way. */
export class AgentProcess {
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  private ending = false;

  private constructor(private readonly child: ChildProcess) {
    this.exited = exitOf(child);
  }

  static start(kubeconfig: string, options: AgentProcessOptions): AgentProcess {
    const { dataFolder, log } = options;
    mkdirSync(dataFolder, { recursive: true });
    const [program, ...args] = [...fairlead, 'agent', '--kubeconfig', kubeconfig, '--data-dir', dataFolder, ...(options.arguments ?? [])];
    const child = launch({ program, args, folder: dataFolder, log, env: { ...process.env, ...options.env }, leashed: true });
    child.ref(); // whoever waits for its end stays for it
    const agent = new AgentProcess(child);
    void agent.exited.then((code) => {
      if (!agent.ending) options.onExit?.(code);
    });
    return agent;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to end, and waits. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends it where it stands. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.ending = true;
    this.child.kill(signal);
    await this.exited;
  }
}
