import { Command } from 'commander';
import { timeoutOption } from './bootstrap/options';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import type { UninstallOptions } from './uninstall/run-uninstall';

/** `fairlead uninstall`: the agent goes, its work stays. */
export function uninstallCommand(): Command {
  const command = new Command('uninstall')
    .description('remove the agent and its rights from a cluster; workloads and Helm releases stay')
    .option('--delete-workloads', 'delete every environment first, with all that is in it')
    .option('--crds', "delete Flux's definitions too, and so the objects of their kinds; that of SealedSecrets only with --delete-workloads")
    .option('-y, --yes', 'do not ask');
  for (const option of [timeoutOption('5m'), agentNamespaceOption(), ...clusterOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
The repository, sealing keys and the agent's namespace stay too. fairlead bootstrap continues where it was.

Examples:
  $ fairlead uninstall
  $ fairlead uninstall --delete-workloads --crds --yes

Exit codes: 0 done, 1 refused or failed.
`,
    )
    .action(async (options: UninstallOptions) => {
      const { runUninstall } = require('./uninstall/run-uninstall') as typeof import('./uninstall/run-uninstall');
      await runUninstall(options);
    });
}
