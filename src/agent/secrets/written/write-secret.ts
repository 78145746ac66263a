import { errors } from '../../../common/errors';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import { fieldManagers } from '../../../model/labels';
import { idOf, type ObjectMeta } from '../../../model/object';
import type { SealedSecret } from '../../../seal/sealed-secret';
import type { Secret } from '../unseal/unsealed-secret';
import { claimOn, fromOf, isAsLeft, isOwn, type LiveSecret, obstacleTo, ownedOf, secretAfter } from './secret-change';
import { recordOf } from './secret-record';

type Client = Pick<KubeClient, 'get' | 'create' | 'replace' | 'delete' | 'apply'>;

const MOST_TRIES = 5;
const AS = { fieldManager: fieldManagers.secrets };

/**
 * Makes the Secret, or makes the one there is equal to it. Sends nothing where it is already.
 * @param isThere as last seen: it is read first, and changed
 * @returns whether something was sent
 * @throws SecretForeign, SecretImmutable, SecretTypeFixed; whatever the API server refuses
 */
export async function writeSecret(client: Client, sealed: SealedSecret, secret: Secret, isThere: boolean): Promise<boolean> {
  for (let attempt = 1, look = isThere; ; attempt++, look = true) {
    try {
      const live = look ? await client.get<LiveSecret>(idOf(secret)) : undefined;
      if (live !== undefined) return await change(client, sealed, live, secret);
      await client.create(secret, AS);
      return true;
    } catch (error) {
      const hasChanged = isConflict(error) || isAlreadyExists(error) || isNotFound(error);
      if (!hasChanged || attempt >= MOST_TRIES) throw error;
    }
  }
}

async function change(client: Client, sealed: SealedSecret, live: LiveSecret, secret: Secret): Promise<boolean> {
  const record = recordOf(live);
  const { namespace, name } = secret.metadata;
  if (claimOn(record, sealed) === 'none') throw errors.SecretForeign({ name });
  const next = secretAfter(live, secret, record);
  const obstacle = obstacleTo(live, next);
  if (obstacle === 'immutable') throw errors.SecretImmutable({ namespace: namespace!, name });
  if (obstacle === 'type') {
    if (!isOwn(record, sealed)) throw errors.SecretTypeFixed({ namespace: namespace!, name, is: live.type ?? 'Opaque', wanted: secret.type });
    await remake(client, live, secret);
    return true;
  }
  if (isAsLeft(record, fromOf(secret), ownedOf(secret, record))) return false;
  await client.replace(next, AS);
  return true;
}

/** A name that the API server takes, and nobody has. */
function trialName({ name }: Pick<ObjectMeta, 'name'>): string {
  return `${name.slice(0, 240).replace(/[-.]+$/, '')}.fairlead`;
}

/** Nothing is deleted before the server has said that it would take what follows. */
async function remake(client: Client, live: LiveSecret, secret: Secret): Promise<void> {
  const trial = { ...secret, metadata: { ...secret.metadata, name: trialName(secret.metadata) } };
  await client.apply(idOf(trial), JSON.stringify(trial), { ...AS, dryRun: true });
  await client.delete(idOf(secret), { uid: live.metadata.uid });
  await client.create(secret, AS);
}
