import { type Command, Option } from 'commander';
import type { ClusterOptions } from '../cluster/connect';
import { clusterOptions } from '../cluster/options';

/** Namespace of the keys, as upstream and kubeseal assume it. */
const KEYS_NAMESPACE = 'kube-system';

/** Which controller of sealed secrets to ask. */
export interface ControllerOptions extends ClusterOptions {
  /** @default - where one of the usual names is found */
  readonly controllerNamespace?: string;
  /** Name of its Service. @default - the first of the usual names that there is */
  readonly controllerName?: string;
}

export interface KeysOptions extends ClusterOptions {
  /** Namespace of the sealing keys. */
  readonly sealedSecretsNamespace: string;
}

/** Options of every command that asks the controller, named and settable as kubeseal's. */
export function controllerOptions(): Option[] {
  return [
    ...clusterOptions(),
    new Option('--controller-namespace <namespace>', 'namespace of the controller of sealed secrets (default: found)').env(
      'SEALED_SECRETS_CONTROLLER_NAMESPACE',
    ),
    new Option('--controller-name <name>', 'name of its Service (default: found)').env('SEALED_SECRETS_CONTROLLER_NAME'),
  ];
}

/** Options of every command that reads or writes the cluster's keys. */
export function keysOptions(): Option[] {
  return [...clusterOptions(), new Option('--sealed-secrets-namespace <namespace>', 'namespace of the sealing keys').default(KEYS_NAMESPACE)];
}

/** Where the passphrase of a backup comes from. */
export function passphraseOption(): Option {
  return new Option('--passphrase-file <file>', 'its first line is the passphrase (default: FAIRLEAD_PASSPHRASE, else it is asked for)');
}

/** Files of private keys, as kubeseal takes them: repeated, or parted by commas. */
export function keyOption(description: string): Option {
  return new Option('--key <file>', description).argParser((value: string, before: readonly string[] = []) => [...before, ...value.split(',')]);
}

export function withOptions(command: Command, ...groups: readonly (readonly Option[])[]): Command {
  for (const option of groups.flat()) command.addOption(option);
  return command;
}
