import { Command, Option } from 'commander';
import { outputOption } from '../../print/structured';
import { warn } from '../../print/warn';
import type { RotateOptions } from '../committed/rotate-seals';
import type { UnsealOptions } from '../committed/unseal-file';
import type { VerifyOptions } from '../committed/verify-seals';
import { controllerOptions, keysOptions, passphraseOption } from '../options';
import type { BackupOptions } from './back-up-keys';
import type { ListKeysOptions } from './list-keys';
import type { RestoreOptions } from './restore-keys';

const NAMES = 'Secrets of the program, as in basic-auth or gke/dev/basic-auth, layers, clusters, or sealed files (default: all)';

/** `fairlead seal verify` */
export function sealVerifyCommand(): Command {
  return withOptions(
    new Command('verify')
      .description('whether the cluster, or keys from files, open the sealed files that are committed; exits with 1 where one does not')
      .argument('[secret...]', NAMES)
      .option('--lost', 'look at each value, and say what must be made anew and how'),
    [keyOption('private keys to open them with, instead of asking the cluster; may be repeated'), passphraseOption(), outputOption()],
    controllerOptions(),
  )
    .addHelpText('after', '\nExample:\n  $ fairlead seal verify gke\n  $ fairlead seal verify --lost --key backup.age\n')
    .action(async (names: string[], options: VerifyOptions) => {
      const { verifySeals } = require('../committed/verify-seals') as typeof import('../committed/verify-seals');
      process.exitCode = await verifySeals(names, options);
    });
}

/** `fairlead seal rotate` */
export function sealRotateCommand(): Command {
  return withOptions(
    new Command('rotate')
      .description('seal the values of committed files anew for the newest key; what they are and where they may be opened stays the same')
      .argument('[secret...]', NAMES)
      .option('--all', 'also those that are sealed for the newest key already')
      .option('--dry-run', 'say what would be done'),
    [
      keyOption('private keys to open them with: offline, for the newest certificate of certs/<cluster>.pem; may be repeated'),
      new Option('--cert <file|url>', 'certificate to seal with, where --key is given'),
      passphraseOption(),
    ],
    controllerOptions(),
  )
    .addHelpText('after', '\nExample:\n  $ fairlead seal rotate gke\n  $ fairlead seal rotate gke/dev --key backup.age\n')
    .action(async (names: string[], options: RotateOptions) => {
      const { rotateSeals } = require('../committed/rotate-seals') as typeof import('../committed/rotate-seals');
      process.exitCode = await rotateSeals(names, options);
    });
}

/** `fairlead seal unseal` */
export function sealUnsealCommand(): Command {
  return withOptions(
    new Command('unseal')
      .description('recovery without a cluster: print the Secret that a sealed file holds')
      .argument('<file>', 'SealedSecret, YAML or JSON (-: standard input)')
      .option('--show', 'print it to a terminal too')
      .option('--partial', 'print what opens where some values do not, and exit with 1'),
    [
      keyOption('private keys: PEM, Secret or List in YAML or JSON, or a backup; may be repeated').makeOptionMandatory(),
      passphraseOption(),
      new Option('-o, --output <format>', 'format of the Secret').choices(['yaml', 'json']).default('yaml'),
    ],
  )
    .addHelpText('after', '\nExample:\n  $ fairlead seal unseal secrets/gke/dev/basic-auth.yaml --key backup.age | kubectl apply -f -\n')
    .action(async (file: string, options: UnsealOptions) => {
      const { unsealFile } = require('../committed/unseal-file') as typeof import('../committed/unseal-file');
      process.exitCode = await unsealFile(file, options);
    });
}

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
    .addHelpText('after', '\nExample:\n  $ fairlead seal backup -o gke-keys.age\n  $ fairlead seal backup --open gke-keys.age | kubectl apply -f -\n')
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
    .addHelpText('after', '\nExample:\n  $ fairlead seal restore gke-keys.age --context gke_acme_europe\n')
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
  ).action(async (options: ListKeysOptions) => {
    const { listKeys } = require('./list-keys') as typeof import('./list-keys');
    process.stdout.write(await listKeys(options, warn));
  });
}

function withOptions(command: Command, ...groups: readonly (readonly Option[])[]): Command {
  for (const option of groups.flat()) command.addOption(option);
  return command;
}

/** As kubeseal takes them: repeated, or parted by commas. */
function keyOption(description: string): Option {
  return new Option('--key <file>', description).argParser((value: string, before: readonly string[] = []) => [...before, ...value.split(',')]);
}
