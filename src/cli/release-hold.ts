import { Command } from 'commander';
import type { HoldOptions } from './locks/set-holds';

/** `fairlead release-hold`: automation goes on. */
export function releaseHoldCommand(): Command {
  return new Command('release-hold')
    .description('let automation change an environment again, after a rollback or automate off')
    .argument('<environment>', 'environment (or other layer), as in dev or gke/dev')
    .argument('[name]', 'image or chart, as in podinfo, images/podinfo or team-a/podinfo (default: all of them)')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--dry-run', 'say what would be done')
    .addHelpText('after', '\nExample:\n  $ fairlead release-hold prod podinfo\n\nExit codes: 0 done, 1 refused or failed.\n')
    .action(async (environment: string, name: string | undefined, options: HoldOptions) => {
      const { release } = require('./locks/set-holds') as typeof import('./locks/set-holds');
      process.stdout.write(await release({ environment, name, ...options }));
    });
}
