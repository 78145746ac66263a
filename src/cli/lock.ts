import { Command } from 'commander';
import type { SetOptions } from './locks/set-versions';

/** `fairlead lock set`: a version by hand. */
function lockSetCommand(): Command {
  return new Command('set')
    .description('set versions by hand, in the lock and in the output; no network, no program is run')
    .argument('<environment>', 'environment (or other layer), as in dev or gke/dev')
    .argument('<name=version...>', 'image or chart and its version, with a digest where the entry has one: podinfo=6.7.1@sha256:…')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--dry-run', 'say what would be done')
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead lock set prod podinfo=6.7.1\n  $ fairlead lock set prod images/podinfo=6.7.1 charts/podinfo=0.3.0\n',
    )
    .action(async (environment: string, assignments: string[], options: SetOptions) => {
      const { setVersions } = require('./locks/set-versions') as typeof import('./locks/set-versions');
      process.stdout.write(await setVersions(environment, assignments, options));
    });
}

/** `fairlead lock`: decides which versions run. */
export function lockCommand(): Command {
  return new Command('lock').description('write locks').addCommand(lockSetCommand());
}
