import { Command } from 'commander';
import { exitWith } from './live/exit-with';
import { agentNamespaceOption, fleetOptions } from './live/options';
import { outputOption } from './print/structured';
import type { StatusOptions } from './status/run-status';
import { usageExit } from './usage-exit';

/** `fairlead status`: the whole fleet on one screen. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('show every environment and release of the fleet: what runs, what is out of step, and why something is not ready')
    .argument('[environment]', 'environment (or other layer), as in dev or gke/dev (default: all of them)');
  for (const option of [...fleetOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  command
    .option('--sealed-secrets-namespace <namespace>', 'namespace of the sealing keys', 'kube-system')
    .option('-w, --watch', 'show it again and again')
    .addHelpText(
      'after',
      `
In a project it asks every cluster of the output: the context of its name, else the one whose kube-system has the UID it is bound to.

Exit codes: 0 all Ready, 1 something is not or a cluster follows nothing, 2 no cluster could be asked, or none has that environment.

Examples:
  $ fairlead status
  $ fairlead status prod --watch
  $ fairlead status --context staging --context production -o json
`,
    )
    .action(async (environment: string | undefined, options: StatusOptions) => {
      const { runStatus } = require('./status/run-status') as typeof import('./status/run-status');
      await exitWith(2, () => runStatus(environment, options));
    });
  return usageExit(2, command);
}
