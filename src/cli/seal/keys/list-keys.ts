import { lacksBackup } from '../../../seal/sealing-key';
import { withCluster } from '../../cluster/with-cluster';
import { type OutputFormat, printStructured } from '../../print/structured';
import { printTable } from '../../print/table';
import type { KeysOptions } from '../options';
import { type ClusterKeys, newestOf, readClusterKeys } from './cluster-keys';

export interface ListKeysOptions extends KeysOptions {
  readonly output?: OutputFormat;
}

/** `fairlead seal keys`: what keys the cluster has. Gives the output; warnings go to `warn`. */
export async function listKeys(options: ListKeysOptions, warn: (text: string) => void): Promise<string> {
  const keys = await withCluster(options, (client) => readClusterKeys(client, options.sealedSecretsNamespace));
  for (const text of warningsOf(keys, options.sealedSecretsNamespace)) warn(text);
  return options.output === undefined ? tableOf(keys) : printStructured(structured(keys), options.output);
}

function tableOf(keys: ClusterKeys): string {
  const day = (time: Date | undefined) => time?.toISOString().slice(0, 10) ?? '';
  const rows = structured(keys).keys.map((one) => [
    one.inUse ? '*' : '',
    one.fingerprint,
    one.name,
    day(new Date(one.since)),
    day(new Date(one.expires)),
    one.label ?? '',
    one.backedUpAt === undefined ? 'never' : day(new Date(one.backedUpAt)),
  ]);
  return rows.length === 0 ? 'no keys\n' : printTable(['', 'fingerprint', 'secret', 'since', 'expires', 'label', 'backed up'], rows);
}

interface ListedKey {
  readonly fingerprint: string;
  readonly name: string;
  readonly since: string;
  readonly expires: string;
  readonly label?: string;
  readonly backedUpAt?: string;
  /** Values are sealed with it now. */
  readonly inUse: boolean;
}

function structured(keys: ClusterKeys): { readonly keys: readonly ListedKey[]; readonly unreadable: readonly { name: string; reason: string }[] } {
  const newest = newestOf(keys);
  return {
    keys: keys.keys.map((one) => ({
      fingerprint: one.key.fingerprint,
      name: one.key.name,
      since: one.key.notBefore.toISOString(),
      expires: one.key.notAfter.toISOString(),
      ...(one.label !== undefined && { label: one.label }),
      ...(!lacksBackup(one.key) && { backedUpAt: one.key.backedUpAt!.toISOString() }),
      inUse: one === newest,
    })),
    unreadable: keys.unreadable.map(({ secret, error }) => ({ name: secret.metadata.name, reason: error.detail })),
  };
}

function warningsOf(keys: ClusterKeys, namespace: string): string[] {
  const unsaved = keys.keys.filter(({ key, isActive }) => isActive && lacksBackup(key));
  return [
    ...keys.unreadable.map(({ error }) => error.detail),
    ...(newestOf(keys) === undefined ? [`namespace ${namespace} has no key in use`] : []),
    ...unsaved.map(({ key }) => `key ${key.name} was never saved: it would be lost with the cluster. Save it: fairlead seal backup`),
  ];
}
