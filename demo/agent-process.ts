import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { exitOf, fairlead } from './run';

/** `fairlead agent` as its own process, its log in a file. */
export class AgentProcess {
  private readonly exit: Promise<number | string>;
  private stopping = false;

  private constructor(private readonly child: ChildProcess) {
    this.exit = exitOf(child);
  }

  static start(
    kubeconfig: string,
    options: { log: string; dataFolder: string; arguments?: readonly string[]; onExit: (code: number | string) => void },
  ): AgentProcess {
    const child = spawn(
      fairlead[0],
      [...fairlead.slice(1), 'agent', '--kubeconfig', kubeconfig, '--data-dir', options.dataFolder, ...(options.arguments ?? [])],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr?.pipe(createWriteStream(options.log));
    const agent = new AgentProcess(child);
    void agent.exit.then((code) => {
      if (!agent.stopping) options.onExit(code);
    });
    return agent;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.child.kill('SIGTERM');
    await this.exit;
  }
}
