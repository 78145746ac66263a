import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../demo/agent-process';
import { withFreePorts } from '../src/testbed/ports';
import { scrape } from './metrics';

/** Making a cluster's first sealing key is work that most starts do not have. */
const WITHOUT_SEALED_SECRETS = ['--sealed-secrets', 'off'];

/** What `use` gives, run with an agent on a cluster; `address` is where its metrics are. An agent that ends by itself ends the bench. */
export function withAgent<T>(
  kubeconfig: string,
  folder: string,
  use: (agent: AgentProcess, address: string) => Promise<T>,
  flags: readonly string[] = WITHOUT_SEALED_SECRETS,
): Promise<T> {
  return withFreePorts(1, async ([port]) => {
    const address = `127.0.0.1:${port}`;
    const agent = AgentProcess.start(kubeconfig, {
      log: join(folder, 'agent.log'),
      dataFolder: join(folder, 'agent'),
      arguments: ['--metrics-addr', address, ...flags],
      onExit: (code) => {
        throw new Error(`the agent ended with ${code}`);
      },
    });
    try {
      return await use(agent, address);
    } finally {
      await agent.stop();
    }
  });
}

/** Until the agent leads and has what it needs to start with. */
export async function leading(address: string): Promise<void> {
  for (;;) {
    const metrics = await scrape(address).catch(() => undefined);
    if (metrics?.get('fairlead_leading') === 1) break;
    await sleep(100);
  }
  await sleep(2_000);
}
