import { join } from 'node:path';
import { AgentProcess } from '../demo/agent-process';
import { withFreePorts } from '../src/testbed/ports';

/** Runs with an agent on a cluster; `address` is where its metrics are. An agent that ends by itself ends the bench. */
export function withAgent(kubeconfig: string, folder: string, use: (agent: AgentProcess, address: string) => Promise<void>): Promise<void> {
  return withFreePorts(1, async ([port]) => {
    const address = `127.0.0.1:${port}`;
    const agent = AgentProcess.start(kubeconfig, {
      log: join(folder, 'agent.log'),
      dataFolder: join(folder, 'agent'),
      arguments: ['--metrics-addr', address],
      onExit: (code) => {
        throw new Error(`the agent ended with ${code}`);
      },
    });
    try {
      await use(agent, address);
    } finally {
      await agent.stop();
    }
  });
}
