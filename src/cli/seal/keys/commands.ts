import { Command } from 'commander';
import { outputOption } from '../../print/structured';
import { warn } from '../../print/warn';
import { type KeysOptions, keysOptions, passphraseOption, withOptions } from '../options';
import type { BackupOptions } from './back-up-keys';
import type { ListKeysOptions } from './list-keys';
import type { RestoreOptions } from './restore-keys';

/** `fairlead seal backup` */
export function sealBackupCommand(): Command {
  return withOptions(
    new Command('backup')
      .description("save the cluster's sealing keys in a file that a passphrase opens (age), and note on each that it is saved")
      .option('-o, --output <file>', 'file to write (default: sealing-keys-<date>.age)')
      .option('--force', 'replace the file if it is there')
      .option('--open <file>', 'instead print the keys of a backup, as kubectl get secret -o yaml does')
      .option('--show', 'with --open: print them to a terminal too'),
    [passphraseOption()],
    keysOptions(),
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal backup -o gke-keys.age\n  $ fairlead seal backup --open gke-keys.age | kubectl apply -f -\n\nExit codes: 0 done, 1 refused or failed.\n',
    )
    .action(async ({ open, ...options }: BackupOptions & { readonly open?: string; readonly show?: boolean }) => {
      const { backUpKeys, printBackup } = require('./back-up-keys') as typeof import('./back-up-keys');
      if (open !== undefined) await printBackup(open, options);
      else process.stdout.write(await backUpKeys(options, warn));
    });
}

/** `fairlead seal restore` */
export function sealRestoreCommand(): Command {
  return withOptions(
    new Command('restore')
      .description('put sealing keys into the cluster that it lacks; whatever unseals there takes them up at once')
      .argument('<file>', 'a backup, or what kubectl get secret -o yaml printed (-: standard input)')
      .option('--dry-run', 'say what would be done'),
    [passphraseOption()],
    keysOptions(),
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal restore gke-keys.age --context gke_acme_europe\n\nExit codes: 0 done, 1 refused or failed.\n',
    )
    .action(async (file: string, options: RestoreOptions) => {
      const { restoreKeys } = require('./restore-keys') as typeof import('./restore-keys');
      process.stdout.write(await restoreKeys(file, options));
    });
}

/** `fairlead seal keys` */
export function sealKeysCommand(): Command {
  return withOptions(
    new Command('keys').description('list the sealing keys of the cluster; * is the one that values are sealed with'),
    [outputOption()],
    keysOptions(),
  )
    .addHelpText('after', '\nExample:\n  $ fairlead seal keys -o json\n\nExit codes: 0 listed, 1 refused or failed.\n')
    .action(async (options: ListKeysOptions) => {
      const { listKeys } = require('./list-keys') as typeof import('./list-keys');
      process.stdout.write(await listKeys(options, warn));
    });
}

/** `fairlead seal new-key` */
export function sealNewKeyCommand(): Command {
  return withOptions(
    new Command('new-key').description('give the cluster a new sealing key now, for instance because one became known to others'),
    keysOptions(),
  )
    .addHelpText('after', '\nExample:\n  $ fairlead seal new-key --context gke_acme_europe\n\nExit codes: 0 made, 1 refused or failed.\n')
    .action(async (options: KeysOptions) => {
      const { makeKey } = require('./make-key') as typeof import('./make-key');
      process.stdout.write(await makeKey(options));
    });
}
