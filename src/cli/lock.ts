import { Command } from 'commander';
import type { LockOptions } from './locks/run-lock';
import type { SetOptions } from './locks/set-versions';

/** `fairlead lock`: decides which versions run. */
export function lockCommand(): Command {
  return new Command('lock')
    .description('look up the versions that locks lack, in registries and chart repositories, and synthesize with them')
    .argument('[environment]', 'environment (or other layer), as in dev or gke/dev (default: all of them)')
    .argument('[name]', 'image or chart, as in podinfo, images/podinfo or team-a/podinfo (default: all of them)')
    .option('--update', 'take the newest that each policy allows, save where versions are held')
    .option('--cluster <cluster>', 'environments of this cluster alone')
    .option('--dry-run', 'say what would be done')
    .addHelpText(
      'after',
      '\nCredentials are those of docker login, helm registry login and helm repo add.\n\nExample:\n  $ fairlead lock\n  $ fairlead lock --update dev podinfo\n  $ fairlead lock set prod podinfo=6.7.1\n\nExit codes: 0 every version is known, 1 one cannot be told, or refused.\n',
    )
    .action(async (environment: string | undefined, name: string | undefined, options: LockOptions) => {
      const { runLock } = require('./locks/run-lock') as typeof import('./locks/run-lock');
      process.exitCode = await runLock(environment, name, options);
    })
    .addCommand(lockSetCommand());
}

function lockSetCommand(): Command {
  return new Command('set')
    .description('set versions by hand, in the lock and in the output; no network, no program is run')
    .argument('<environment>', 'environment (or other layer), as in dev or gke/dev')
    .argument('<name=version...>', 'image or chart and its version, with a digest where the entry has one: podinfo=6.7.1@sha256:…')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--dry-run', 'say what would be done')
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead lock set prod podinfo=6.7.1\n  $ fairlead lock set prod images/podinfo=6.7.1 charts/podinfo=0.3.0\n\nExit codes: 0 done, 1 refused or failed.\n',
    )
    .action(async (environment: string, assignments: string[], _: SetOptions, command: Command) => {
      const { setVersions } = require('./locks/set-versions') as typeof import('./locks/set-versions');
      // Options that lock has too are taken by it, wherever they stand.
      process.stdout.write(await setVersions(environment, assignments, command.optsWithGlobals<SetOptions>()));
    });
}
