import { Command, Option } from 'commander';
import { outputOption } from '../../print/structured';
import { controllerOptions, keyOption, passphraseOption, withOptions } from '../options';
import type { RotateOptions } from './rotate-seals';
import type { UnsealOptions } from './unseal-file';
import type { VerifyOptions } from './verify-seals';

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
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal verify gke\n  $ fairlead seal verify --lost --key backup.age\n\nExit codes: 0 every value opens, 1 one does not, or that cannot be told.\n',
    )
    .action(async (names: string[], options: VerifyOptions) => {
      const { verifySeals } = require('./verify-seals') as typeof import('./verify-seals');
      process.exitCode = await verifySeals(names, options);
    });
}

/** `fairlead seal rotate` */
export function sealRotateCommand(): Command {
  return withOptions(
    new Command('rotate')
      .description('seal the values of committed files anew for the newest key; what they are and where they may be opened stays the same')
      .argument('[secret...]', NAMES)
      .option('--all', 'also those that are recorded as sealed for the newest key; of these the agent leaves what is so indeed')
      .option('--dry-run', 'say what would be done'),
    [
      keyOption('private keys to open them with: offline, for the newest certificate of certs/<cluster>.pem; may be repeated'),
      new Option('--cert <file|url>', 'certificate to seal with, where --key is given'),
      passphraseOption(),
    ],
    controllerOptions(),
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal rotate gke\n  $ fairlead seal rotate gke/dev --key backup.age\n\nExit codes: 0 sealed anew, 1 a value cannot be opened, or refused.\n',
    )
    .action(async (names: string[], options: RotateOptions) => {
      const { rotateSeals } = require('./rotate-seals') as typeof import('./rotate-seals');
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
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal unseal secrets/gke/dev/basic-auth.yaml --key backup.age | kubectl apply -f -\n\nExit codes: 0 printed, 1 a value cannot be opened, or refused.\n',
    )
    .action(async (file: string, options: UnsealOptions) => {
      const { unsealFile } = require('./unseal-file') as typeof import('./unseal-file');
      process.exitCode = await unsealFile(file, options);
    });
}
