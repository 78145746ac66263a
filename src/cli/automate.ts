import { Argument, Command } from 'commander';
import type { HoldOptions } from './locks/set-holds';

interface Options extends HoldOptions {
  readonly reason?: string;
}

/** `fairlead automate`: whether automation may change what runs. */
export function automateCommand(): Command {
  return new Command('automate')
    .description('switch automation of an environment, or of one image or chart in it, on or off: a hold in its lock')
    .addArgument(new Argument('<on|off>', 'off: versions stay as they are, on: the hold is released').choices(['on', 'off']))
    .argument('<environment>', 'environment (or other layer), as in dev or gke/dev')
    .argument('[name]', 'image or chart, as in podinfo, images/podinfo or team-a/podinfo (default: all of them)')
    .option('--reason <text>', 'why, for those who find the hold')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--dry-run', 'say what would be done')
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead automate off prod podinfo --reason "frozen until the launch"\n  $ fairlead automate on prod podinfo\n\nExit codes: 0 done, 1 refused or failed.\n',
    )
    .action(async (state: string, environment: string, name: string | undefined, { reason, ...options }: Options) => {
      const { hold, release } = require('./locks/set-holds') as typeof import('./locks/set-holds');
      const choice = { environment, name, ...options };
      process.stdout.write(state === 'off' ? await hold(choice, reason ?? 'automation is switched off') : await release(choice));
    });
}
