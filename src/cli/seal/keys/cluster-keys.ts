import { errors, type FairleadError } from '../../../common/errors';
import type { KubeClient } from '../../../kube/types';
import { labels } from '../../../model/labels';
import { isActiveKey, KEY_PREFIX, type KeySecret, newestFirst, parseSealingKey, type SealingKey } from '../../../seal/sealing-key';

export const SECRET = { group: '', version: 'v1', kind: 'Secret' } as const;

/** Secrets of a cluster that are, or claim to be, sealing keys. */
export interface ClusterKeys {
  /** The newest in use is the first; those out of use come last. */
  readonly keys: readonly ClusterKey[];
  readonly unreadable: readonly UnreadableKey[];
}

export interface ClusterKey {
  readonly secret: KeySecret;
  readonly key: SealingKey;
  /** Of its Secret: `active`, or whatever puts it out of use; none on the oldest kind. */
  readonly label: string | undefined;
  readonly isActive: boolean;
}

export interface UnreadableKey {
  readonly secret: KeySecret;
  readonly error: FairleadError;
}

/** Reads every key of the cluster, whatever its label says. */
export async function readClusterKeys(client: KubeClient, namespace: string): Promise<ClusterKeys> {
  const labelled = await client.list<KeySecret>(SECRET, { namespace, labelSelector: labels.sealingKey });
  const legacy = labelled.some(({ metadata }) => metadata.name === KEY_PREFIX)
    ? undefined
    : await client.get<KeySecret>({ ...SECRET, namespace, name: KEY_PREFIX });
  const keys: ClusterKey[] = [];
  const unreadable: UnreadableKey[] = [];
  for (const secret of legacy === undefined ? labelled : [...labelled, legacy]) {
    try {
      const label = secret.metadata.labels?.[labels.sealingKey];
      keys.push({ secret, key: parseSealingKey(secret), label, isActive: isActiveKey(secret) });
    } catch (error) {
      if (!errors.SealingKeyInvalid.is(error) && !errors.CertificateInvalid.is(error)) throw error;
      unreadable.push({ secret, error });
    }
  }
  const ofKey = new Map(keys.map((one) => [one.key, one]));
  const sorted = newestFirst([...ofKey.keys()]).map((key) => ofKey.get(key)!);
  return { keys: [...sorted.filter(({ isActive }) => isActive), ...sorted.filter(({ isActive }) => !isActive)], unreadable };
}

/** The key that the cluster wants values sealed with now. */
export function newestOf({ keys }: ClusterKeys): ClusterKey | undefined {
  return keys[0]?.isActive ? keys[0] : undefined;
}
