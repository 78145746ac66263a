import { Command, Option } from 'commander';
import { clusterOptions } from './cluster/options';
import type { InstallOptions } from './install/options';

/** `fairlead install`: the agent without a commit. */
export function installCommand(): Command {
  const command = new Command('install')
    .description('apply the agent and what it follows to a cluster, or print them; nothing is committed')
    .argument('[cluster]', 'cluster of the program in this folder (default: what --git-url says)')
    .option('--export', 'print everything as one YAML stream, without a cluster')
    .option('--take-over', "scale Flux's controllers, or another agent, to 0; without it a cluster that has them is refused")
    .option('--git-url <url>', 'repository to follow, https or ssh')
    .option('--git-path <folder>', 'folder of the cluster in it, as in dist/gke')
    .option('--git-branch <branch>', 'branch to follow', 'main')
    .option('--git-secret <name>', 'Secret with its credentials (default: for ssh the one that the agent makes)')
    .option('--read-only', 'never push to Git')
    .option('--image <image>', 'image of the agent (default: the one of this version)')
    .addOption(new Option('--agent-namespace <namespace>', 'namespace of the agent (default: flux-system, or as the program says)'));
  for (const option of clusterOptions()) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
fairlead bootstrap does the same and commits the agent too, so that it upgrades itself from Git.

Examples:
  $ fairlead install gke
  $ fairlead install --git-url git@github.com:acme/environments --git-path dist/gke
  $ fairlead install gke --export | kubectl apply --server-side -f -

Exit codes: 0 done, 1 refused or failed.
`,
    )
    .action(async (cluster: string | undefined, options: InstallOptions) => {
      const { runInstall } = require('./install/run-install') as typeof import('./install/run-install');
      await runInstall(cluster, options);
    });
}
