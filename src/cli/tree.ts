import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';
import type { TreeOptions } from './tree/run-tree';

/** `fairlead tree`: what belongs to what, and how it is. */
export function treeCommand(): Command {
  const command = new Command('tree')
    .description('show what an environment or release consists of, down to its Pods, and how each part is')
    .argument('[target]', 'environment, environment/release or kind/name (default: the whole cluster)')
    .option('-n, --namespace <namespace>', 'namespace of the target; without one, only what lies in this namespace');
  for (const option of [...clusterOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExit codes: 0 all of it is Ready, 1 something is not.\n\nExamples:\n  $ fairlead tree prod\n  $ fairlead tree prod/podinfo -o json\n',
    )
    .action(async (target: string | undefined, options: TreeOptions) => {
      const { runTree } = require('./tree/run-tree') as typeof import('./tree/run-tree');
      process.exitCode = await runTree(target, options);
    });
}
