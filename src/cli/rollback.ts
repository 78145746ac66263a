import { Command } from 'commander';
import type { RollbackOptions } from './rollback/roll-back';

/** `fairlead rollback`: an environment goes back to versions it ran before. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('bring an environment back to versions it ran before, by one commit on the branch the cluster follows, and hold them there')
    .argument('<environment>', 'environment (or other layer), as in prod or gke/prod')
    .argument('[name]', 'image or chart, as in podinfo, images/podinfo or team-a/podinfo (default: all of them)')
    .option('--to <commit|version>', 'what to go back to (default: the last that was Ready, which the cluster tells)')
    .option('--reason <text>', 'why, for those who find the hold')
    .option('--branch', 'push a branch to review instead of the one that is followed')
    .option('--now', 'with Git down: change the cluster at once and suspend what was changed; nothing is pushed')
    .option('--dry-run', 'say what would be done')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--kubeconfig <file>', 'cluster that tells what was Ready (default: as kubectl)')
    .option('--context <context>', 'context of the kubeconfig')
    .addHelpText(
      'after',
      `
The work tree is not touched, whatever state it is in. Automation leaves the versions alone until: fairlead release-hold <environment>

Examples:
  $ fairlead rollback prod --reason "loses orders"
  $ fairlead rollback prod podinfo --to 6.7.0
  $ fairlead rollback prod --to 1f3c9a7 --branch
  $ fairlead rollback prod --now

Exit codes: 0 done, 1 refused or failed.
`,
    )
    .action(async (environment: string, name: string | undefined, options: RollbackOptions) => {
      if (options.now) {
        const { rollBackNow } = require('./rollback/now') as typeof import('./rollback/now');
        await rollBackNow(environment, name, options, (text) => process.stdout.write(text));
      } else {
        const { rollBack } = require('./rollback/roll-back') as typeof import('./rollback/roll-back');
        process.stdout.write(await rollBack(environment, name, options));
      }
    });
}
