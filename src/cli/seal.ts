import { Command, Option } from 'commander';
import { SCOPES } from '../seal/scope';
import type { CertOptions } from './seal/certificate/run-cert';
import {
  sealBackupCommand,
  sealKeysCommand,
  sealRestoreCommand,
  sealRotateCommand,
  sealUnsealCommand,
  sealVerifyCommand,
} from './seal/keys/commands';
import { controllerOptions } from './seal/options';
import type { SealOptions } from './seal/sealing/run-seal';

/** `fairlead seal`: values that only a cluster can read, in files that everybody may see. */
export function sealCommand(): Command {
  const command = new Command('seal')
    .description('seal values of a Secret for its cluster, offline, and write the file that its SealedSecret takes them from')
    // Options of the commands below are theirs, also where they are called the same.
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .argument('[secret]', 'Secret of the program, as in basic-auth, dev/basic-auth or gke/dev/basic-auth (default: seal a manifest, as kubeseal)');
  for (const option of [...sourceOptions(), ...kubesealOptions(), ...controllerOptions()]) command.addOption(option);
  return command
    .option('--remove-key <key>', 'take a key out of the file; may be repeated', collect)
    .option('--dry-run', 'say what would change, by key')
    .addHelpText(
      'after',
      '\nOnly keys that are named change. On a terminal, without any, those that are missing are asked for.\n\nExample:\n  $ fairlead seal gke/dev/basic-auth --from-literal user=admin --from-file password=./password\n  $ kubectl get secret basic-auth -n dev -o yaml | fairlead seal dev/basic-auth\n  $ fairlead seal -f secret.yaml --cert certs/gke.pem -w sealed.yaml\n',
    )
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
    .addCommand(sealKeysCommand());
}

function sealCertCommand(): Command {
  const command = new Command('cert')
    .description("fetch a cluster's certificate to certs/<cluster>.pem, to seal with from then on")
    .argument('[cluster]', 'cluster of the program (default: its only one)')
    .option('--cert <file|url>', 'take it from there instead of the cluster')
    .option('--print', 'print it instead of writing it')
    .option('--force', 'even if nothing shows that its key is of this cluster');
  for (const option of controllerOptions()) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal cert gke --context gke_acme_europe\n  $ fairlead seal cert gke --cert https://seal.example.com/v1/cert.pem\n',
    )
    .action(async (cluster: string | undefined, options: CertOptions) => {
      const { runCert } = require('./seal/certificate/run-cert') as typeof import('./seal/certificate/run-cert');
      process.exitCode = await runCert(cluster, options);
    });
}

function sourceOptions(): Option[] {
  return [
    new Option('-f, --secret-file <file>', 'Secret manifest, YAML or JSON (-: standard input, the default where it is no terminal)'),
    new Option('--from-literal <key=value>', 'a value; may be repeated. Others see it in the list of processes').argParser(collect),
    new Option('--from-file <[key=]path>', 'content of a file (-: standard input) as it is; may be repeated').argParser(collect),
    new Option('--from-env-file <file>', 'lines key=value; may be repeated').argParser(collect),
  ];
}

function kubesealOptions(): Option[] {
  return [
    new Option('--scope <scope>', 'where it may be opened: under this name alone, in its namespace, or anywhere in the cluster').choices(SCOPES),
    new Option('--cert <file|url>', 'certificate to seal with (default: certs/<cluster>.pem, without a Secret of the program that of the cluster)'),
    new Option('--name <name>', 'name of the Secret, for a manifest or --raw'),
    new Option('-n, --namespace <namespace>', 'its namespace'),
    new Option('--type <type>', 'its type, where no manifest says one'),
    new Option('--raw', 'print one sealed value and nothing else'),
    new Option('--merge-into <file>', 'add to this SealedSecret, or replace keys of it'),
    new Option('-o, --format <format>', 'of what is printed or written (default: json, for *.yaml files yaml)').choices(['json', 'yaml']),
    new Option('-w, --sealed-secret-file <file>', 'write there instead of printing'),
    new Option('--allow-empty-data', 'seal a Secret without values too'),
  ];
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What was mistyped may be a value, or hold one. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '--?[\w-]*)[\s\S]*?'(?=\n|$)/, "$1'");
}
