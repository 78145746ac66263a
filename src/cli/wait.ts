import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { exitWith } from './live/exit-with';
import { agentNamespaceOption, timeoutOption } from './live/options';
import { outputOption } from './print/structured';
import type { WaitOptions } from './wait/run-wait';

/** `fairlead wait`: until a release runs what was pushed. */
export function waitCommand(): Command {
  const command = new Command('wait')
    .description('wait until an environment or release runs what was pushed, and say which link of the way is stuck')
    .argument('<environment[/release]>', 'as in prod or prod/podinfo; a workload that is of no release goes by its own name')
    .option('--image <tag>', 'wait for this tag, from the registry on; as tag or repository:tag')
    .option('--commit <commit>', 'wait for this commit (default: what the cluster has fetched)')
    .option('-n, --namespace <namespace>', 'namespace of the release (default: as applied, else that of the environment)');
  for (const option of [...clusterOptions(), timeoutOption('10m'), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .option('--print-role', 'print the read-only Role that it needs, for kubectl apply')
    .addHelpText(
      'after',
      `
It returns as soon as everything runs, and fails early where waiting cannot help: a policy that leaves the tag out, a version that is held,
an image that cannot be pulled, a container that ends again and again.

Exit codes: 0 rolled out, 1 failed or cannot be asked, 124 time is over.

Examples:
  $ fairlead wait dev/podinfo --image dev-1a2b3c4 --timeout 5m
  $ fairlead wait prod --commit $(git rev-parse HEAD)
  $ fairlead wait dev/podinfo --print-role | kubectl apply -f -
`,
    )
    .action(async (target: string, options: WaitOptions) => {
      const { runWait } = require('./wait/run-wait') as typeof import('./wait/run-wait');
      await exitWith(1, () => runWait(target, options));
    });
}
