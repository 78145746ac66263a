import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import type { GetOptions } from './get/run-get';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';

/** `fairlead get`: tables of what is reconciled. */
export function getCommand(): Command {
  const command = new Command('get')
    .description('list what is reconciled, with its state')
    .argument('[kind]', 'kustomizations, helmreleases, sources, images, secrets, one kind such as gitrepository, or all (default)')
    .option('-n, --namespace <namespace>', 'of this namespace alone (default: all of them)');
  for (const option of [...clusterOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  $ fairlead get helmreleases -n prod\n  $ fairlead get sources\n  $ fairlead get ks -o json\n\nExit codes: 0 listed, 1 something of it could not be read.\n',
    )
    .action(async (kind: string | undefined, options: GetOptions) => {
      const { runGet } = require('./get/run-get') as typeof import('./get/run-get');
      await runGet(kind, options);
    });
}
