import { Command, Option } from 'commander';
import { SCOPES } from '../seal/scope';
import { sealCertCommand } from './seal/certificate/commands';
import { sealRotateCommand, sealUnsealCommand, sealVerifyCommand } from './seal/committed/commands';
import { sealBackupCommand, sealKeysCommand, sealNewKeyCommand, sealRestoreCommand } from './seal/keys/commands';
import { controllerOptions, withOptions } from './seal/options';
import type { SealOptions } from './seal/sealing/run-seal';

/** `fairlead seal`: values that only a cluster can read, in files that everybody may see. */
export function sealCommand(): Command {
  const command = withOptions(
    new Command('seal')
      .description('seal values of a Secret for its cluster, offline, and write the file that its SealedSecret takes them from')
      // Options of the commands below are theirs, also where they are called the same.
      .enablePositionalOptions()
      .argument('[secret]', 'Secret of the program, as in basic-auth, dev/basic-auth or gke/dev/basic-auth (default: seal a manifest, as kubeseal)'),
    valueOptions(),
    fileOptions(),
    kubesealOptions(),
    controllerOptions().map((option) => option.helpGroup('Options where the cluster is asked for its certificate:')),
  )
    .addHelpText('after', HELP)
    .action(async (secret: string | undefined, options: SealOptions) => {
      const { runSeal } = require('./seal/sealing/run-seal') as typeof import('./seal/sealing/run-seal');
      process.exitCode = await runSeal(secret, options);
    })
    .addCommand(sealCertCommand())
    .addCommand(sealVerifyCommand())
    .addCommand(sealRotateCommand())
    .addCommand(sealUnsealCommand())
    .addCommand(sealBackupCommand())
    .addCommand(sealRestoreCommand())
    .addCommand(sealKeysCommand())
    .addCommand(sealNewKeyCommand());
  for (const one of [command, ...command.commands]) {
    one.configureOutput({ outputError: (text, write) => write(withoutValues(text) + (one === command ? '' : secretOfThatName(text, one.name()))) });
  }
  return command;
}

const HELP = `
Only keys that are named change. On a terminal, without any, those that are missing are asked for.
A Secret that is called as a command above (cert, keys, ...) is named with its layer: dev/keys.

Examples:
  $ fairlead seal gke/dev/basic-auth --from-literal user=admin --from-file password=./password
  $ kubectl get secret basic-auth -n dev -o yaml | fairlead seal dev/basic-auth
  $ fairlead seal -f secret.yaml --cert certs/gke.pem -w sealed.yaml

Exit codes: 0 sealed, 1 refused or failed.
`;

function valueOptions(): Option[] {
  return [
    new Option('-f, --secret-file <file>', 'Secret manifest, YAML or JSON (-: standard input, the default where it is no terminal)'),
    new Option('--from-literal <key=value>', 'a value; may be repeated. Others see it in the list of processes').argParser(collect),
    new Option('--from-file <[key=]path>', 'content of a file (-: standard input) as it is; may be repeated').argParser(collect),
    new Option('--from-env-file <file>', 'lines key=value; may be repeated').argParser(collect),
    new Option('--scope <scope>', 'where it may be opened: under this name alone, in its namespace, or anywhere in the cluster').choices(SCOPES),
    new Option('--cert <file|url>', 'certificate to seal with (default: certs/<cluster>.pem, without a Secret of the program that of the cluster)'),
  ];
}

/** For a Secret of the program. */
function fileOptions(): Option[] {
  return [
    new Option('--remove-key <key>', 'take a key out of the file; may be repeated').argParser(collect),
    new Option('--dry-run', 'say what would change, by key'),
  ].map((option) => option.helpGroup('Options for a Secret of the program:'));
}

/** For all others. */
function kubesealOptions(): Option[] {
  return [
    new Option('--name <name>', 'name of the Secret'),
    new Option('-n, --namespace <namespace>', 'its namespace'),
    new Option('--type <type>', 'its type, where no manifest says one'),
    new Option('--raw', 'print one sealed value and nothing else'),
    new Option('--merge-into <file>', 'add to this SealedSecret, or replace keys of it'),
    new Option('-o, --format <format>', 'of what is printed or written (default: json, for *.yaml files yaml)').choices(['json', 'yaml']),
    new Option('-w, --sealed-secret-file <file>', 'write there instead of printing'),
    new Option('--allow-empty-data', 'seal a Secret without values too'),
  ].map((option) => option.helpGroup('Options as of kubeseal, without a Secret of the program:'));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What was mistyped may be a value, or hold one. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '(?:--[\w-]*|-\w?))[\s\S]*'/, "$1'");
}

/** Who seals a Secret that is called as a command is told how. */
function secretOfThatName(text: string, command: string): string {
  if (!/unknown option '(?:--from-|--remove-key|--scope|-f|--secret-file)/.test(text)) return '';
  return `  to seal a Secret that is called ${command}, name it with its layer: fairlead seal <layer>/${command}\n`;
}
