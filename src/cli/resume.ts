import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import type { SuspendOptions } from './suspend/run-suspend';

/** `fairlead resume`: what was suspended follows Git again. */
export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('have the agent go on with what fairlead suspend had it leave alone')
    .argument('<target>', 'as it was given to suspend')
    .option('-n, --namespace <namespace>', 'namespace of the object or release');
  for (const option of [agentNamespaceOption(), ...clusterOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
What was changed by hand meanwhile becomes as Git has it.

Examples:
  $ fairlead resume dev
  $ fairlead resume deployment/podinfo -n dev

Exit codes: 0 done, 1 refused or failed.
`,
    )
    .action(async (target: string, options: SuspendOptions) => {
      const { resumeTarget } = require('./suspend/run-suspend') as typeof import('./suspend/run-suspend');
      process.stdout.write(await resumeTarget(target, options, new Date()));
    });
}
