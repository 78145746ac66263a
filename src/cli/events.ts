import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import type { EventsOptions } from './events/run-events';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';

/** `fairlead events`: what happened. */
export function eventsCommand(): Command {
  const command = new Command('events')
    .description('list what happened to an environment, a release or any object, and to all that belongs to it')
    .argument('[target]', 'environment, environment/release or kind/name (default: everything)')
    .option('-n, --namespace <namespace>', 'namespace of the target; without a target events of this namespace')
    .option('-w, --watch', 'go on telling what happens');
  for (const option of [...clusterOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  $ fairlead events prod\n  $ fairlead events prod/podinfo --watch\n\nExit codes: 0 listed, 1 refused or failed.\n',
    )
    .action(async (target: string | undefined, options: EventsOptions) => {
      const { runEvents } = require('./events/run-events') as typeof import('./events/run-events');
      await runEvents(target, options);
    });
}
