import { Command } from 'commander';
import type { BootstrapOptions } from './bootstrap/options';
import { timeoutOption } from './bootstrap/options';
import { outputOption } from './print/structured';
import { keysOptions, passphraseOption } from './seal/options';

/** `fairlead bootstrap`: a cluster follows its folder of this repository. */
export function bootstrapCommand(): Command {
  const command = new Command('bootstrap')
    .description('have a cluster follow its folder of this repository: commits the agent with the rest, applies it, and waits until all is Ready')
    .argument('<cluster>', 'cluster of the program')
    .option('--take-over', "scale Flux's controllers, or another agent, to 0; without it a cluster that has them is refused")
    .option('--restore-keys <file>', 'restore sealing keys from a backup before the first sync')
    .option('--create', 'make the repository on GitHub or GitLab where it is missing')
    .option('--check', 'change nothing; say whether everything that it takes is there');
  for (const option of [passphraseOption(), timeoutOption('10m'), outputOption(), ...keysOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
It is safe to repeat: every step finds what is done already. The kubeconfig's user must be cluster-admin.

Over ssh the agent makes a key of its own in the cluster. With GITHUB_TOKEN or GITLAB_TOKEN it becomes a deploy key of the
repository (their APIs elsewhere: GITHUB_API_URL, GITLAB_API_URL); without, it is printed, to be added by hand. Over https the agent
reads Git with GIT_USERNAME and GIT_PASSWORD, where the program names a Secret for it.

Examples:
  $ fairlead bootstrap gke --check
  $ GITHUB_TOKEN=… fairlead bootstrap gke
  $ fairlead bootstrap gke --restore-keys keys.age     # a cluster made anew: its sealed secrets open again

Exit codes: 0 Ready or, with --check, nothing is in the way; 1 not.
`,
    )
    .action(async (cluster: string, options: BootstrapOptions) => {
      const { runBootstrap } = require('./bootstrap/run-bootstrap') as typeof import('./bootstrap/run-bootstrap');
      process.exitCode = await runBootstrap(cluster, options);
    });
}
