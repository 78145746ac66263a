import { isRunning } from '../../testbed/bed-servers';
import { readWorld } from '../live/read-world';
import { paintFor } from '../print/colour';
import { type OutputFormat, printStructured } from '../print/structured';
import { clusterStatus } from '../status/cluster-status';
import { printStatus } from '../status/print-status';
import { statusJson } from '../status/status-json';
import { found } from './run-down';

/** `fairlead sandbox status`. Gives the exit code. */
export async function runStatus({ output }: { readonly output?: OutputFormat }): Promise<number> {
  const sandbox = await found();
  const { cluster, agentNamespace, agent } = sandbox.record;
  const { kubeconfig } = sandbox.bed;
  const agentRuns = agent !== undefined && (await isRunning(agent));
  const status = await sandbox.withClient(async (client) => {
    const [version, world] = await Promise.all([client.version(), readWorld(client, { agentNamespace })]);
    return { ...clusterStatus(world, undefined), cluster, version };
  });
  if (output !== undefined) process.stdout.write(printStructured({ ...statusJson(status), kubeconfig, agentRuns }, output));
  else {
    process.stdout.write(printStatus([status], new Date(), paintFor(process.stdout)));
    process.stdout.write(agentRuns ? '' : `the agent has ended: see ${sandbox.agentLog}; fairlead sandbox up starts it again\n`);
    process.stdout.write(`\nlook at it:  export KUBECONFIG=${kubeconfig}\nend it:      fairlead sandbox down\n`);
  }
  return status.ready && agentRuns ? 0 : 1;
}
