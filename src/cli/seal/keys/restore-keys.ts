import { errors } from '../../../common/errors';
import type { RawKubeClient } from '../../../kube/client';
import { isAlreadyExists } from '../../../kube/status-error';
import { labels } from '../../../model/labels';
import { keysIn } from '../../../seal/key-secret';
import { type KeySecret, parseSealingKey } from '../../../seal/sealing-key';
import { withCluster } from '../../cluster/with-cluster';
import { printTable } from '../../print/table';
import type { PassphraseOptions } from '../input/passphrase';
import { inputName } from '../input/read-input';
import type { KeysOptions } from '../options';
import { readClusterKeys, SECRET } from './cluster-keys';
import { openBackup } from './private-keys';

export interface RestoreOptions extends KeysOptions, PassphraseOptions {
  readonly dryRun?: boolean;
}

/** A key of a file, and what is to become of it in the cluster. */
export interface KeyRestore {
  readonly fingerprint: string;
  readonly secret: KeySecret;
  /** The Secret that has this key already. */
  readonly presentAs?: PresentKey;
  /** Another Secret has its name, so it gets a new one. */
  readonly isRenamed: boolean;
}

/**
 * `fairlead seal restore`: puts keys into a cluster that it lacks. All of the file is read before anything is written. Gives what to tell.
 * @throws KeysWithoutCertificate, SealingKeyInvalid, and those of files and passphrases
 */
export async function restoreKeys(file: string, options: RestoreOptions): Promise<string> {
  const text = await openBackup(file, options);
  const { secrets } = keysIn(text, inputName(file));
  if (secrets.length === 0) throw errors.KeysWithoutCertificate({ file: inputName(file) });
  const namespace = options.sealedSecretsNamespace;
  const wanted = secrets.map((secret) => ({ secret: asKey(secret, namespace), key: parseSealingKey(secret) }));

  return await withCluster(options, async (client) => {
    const present = await readPresent(client, namespace);
    const plan = planRestore(
      wanted.map(({ secret, key }) => ({ secret, fingerprint: key.fingerprint })),
      present,
    );
    if (!options.dryRun && plan.some(({ presentAs }) => presentAs === undefined)) await createNamespace(client, namespace);
    const rows: string[][] = [];
    for (const one of plan) rows.push(await restored(client, one, options.dryRun));
    return printTable(['fingerprint', 'secret', 'label', 'result'], rows);
  });
}

/** What is to be done with each key, in the order of the file. */
export function planRestore(
  wanted: readonly { readonly fingerprint: string; readonly secret: KeySecret }[],
  present: PresentKeys,
): readonly KeyRestore[] {
  const known = new Map(present.fingerprints);
  const names = new Set(present.names);
  return wanted.map(({ fingerprint, secret }) => {
    const { name } = secret.metadata;
    const presentAs = known.get(fingerprint);
    const isRenamed = presentAs === undefined && names.has(name);
    if (presentAs === undefined) {
      known.set(fingerprint, { name, label: labelOf(secret) });
      names.add(name);
    }
    return { fingerprint, secret, isRenamed, ...(presentAs !== undefined && { presentAs }) };
  });
}

/** A key's Secret in the cluster. */
export interface PresentKey {
  readonly name: string;
  readonly label: string;
}

/** Keys and names that a cluster has. */
export interface PresentKeys {
  readonly fingerprints: ReadonlyMap<string, PresentKey>;
  /** Every Secret of the namespace, keys or not. */
  readonly names: ReadonlySet<string>;
}

async function readPresent(client: RawKubeClient, namespace: string): Promise<PresentKeys> {
  const { keys } = await readClusterKeys(client, namespace);
  const all = await client.list(SECRET, { namespace, as: 'metadata' });
  return {
    fingerprints: new Map(keys.map(({ key, label = '' }) => [key.fingerprint, { name: key.name, label }])),
    names: new Set(all.map(({ metadata }) => metadata.name)),
  };
}

/** As the cluster shall have it: in its namespace, and labelled, or else nobody would know it for a key. */
function asKey(secret: KeySecret, namespace: string): KeySecret {
  const { creationTimestamp: _, ...metadata } = secret.metadata;
  return { ...secret, metadata: { ...metadata, namespace, labels: { [labels.sealingKey]: 'active', ...metadata.labels } } };
}

async function restored(client: RawKubeClient, { fingerprint, secret, presentAs, isRenamed }: KeyRestore, dryRun = false): Promise<string[]> {
  const { name } = secret.metadata;
  const label = labelOf(secret);
  if (presentAs !== undefined) return [fingerprint, presentAs.name, presentAs.label, 'is there already'];
  if (dryRun) return [fingerprint, isRenamed ? '' : name, label, isRenamed ? `would be restored; ${name} is another key` : 'would be restored'];
  const created = isRenamed ? await createRenamed(client, secret) : await create(client, secret);
  return [fingerprint, created, label, created === name ? 'restored' : `restored; ${name} is another key`];
}

function labelOf({ metadata }: KeySecret): string {
  return metadata.labels?.[labels.sealingKey] ?? '';
}

async function create(client: RawKubeClient, secret: KeySecret): Promise<string> {
  try {
    return (await client.create(secret)).metadata.name;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return await createRenamed(client, secret);
  }
}

async function createRenamed(client: RawKubeClient, secret: KeySecret): Promise<string> {
  const { name, ...metadata } = secret.metadata;
  return (await client.create<KeySecret>({ ...secret, metadata: { ...metadata, name: '', generateName: `${name}-` } as KeySecret['metadata'] }))
    .metadata.name;
}

async function createNamespace(client: RawKubeClient, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  if ((await client.get({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name })) === undefined) await client.create(namespace);
}
