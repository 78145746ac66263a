import { isDeepStrictEqual } from 'node:util';
import { annotations } from '../../../model/labels';
import type { KubeObject } from '../../../model/object';
import type { SealedSecret } from '../../../seal/sealed-secret';
import type { Secret } from '../unseal/unsealed-secret';
import { fieldsOf, isAsWritten, managedAfter, printFields, type SecretFields } from './own-fields';
import type { SecretRecord } from './secret-record';

/**
 * What a SealedSecret may do with the Secret of its name: have it wholly, add to it, or nothing. As upstream says, and a Secret that we wrote
 * and nobody controls is ours as well. A sealing key is never written.
 */
export type Claim = 'whole' | 'part' | 'none';

export function claimOn(record: SecretRecord, { metadata }: Pick<SealedSecret, 'metadata'>): Claim {
  if (record.sealingKey !== undefined) return 'none';
  if (record.isPatched) return 'part';
  return isOurs(record, metadata.uid) || record.isManaged ? 'whole' : 'none';
}

function isOurs({ controlledBy, unsealedFrom }: SecretRecord, uid: string | undefined): boolean {
  return controlledBy === undefined ? unsealedFrom !== undefined : controlledBy === uid;
}

/** The fields that are ours of a Secret like this after a write. Of a Secret that is not ours alone, whether it is immutable is not for us to say. */
export function ownedOf(secret: SecretFields, record: SecretRecord | undefined): SecretFields {
  if (!record?.isPatched) return secret;
  const { ownerReferences, ...metadata } = secret.metadata;
  return { metadata: record.isManaged ? { ...metadata, ownerReferences } : metadata, type: secret.type, data: secret.data };
}

/** Whether the Secret is as it was left when it was written from this, by its metadata alone. */
export function isAsLeft(record: SecretRecord, from: string, owned: SecretFields): boolean {
  return record.unsealedFrom === from && record.ours !== undefined && isAsWritten(record.ours, printFields(fieldsOf(owned)));
}

export interface LiveSecret extends KubeObject {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

/** The live Secret as it is to be. What replaces it takes all of its labels and annotations, what adds to it takes none away. */
export function secretAfter(live: LiveSecret, secret: Secret, record: SecretRecord): Secret {
  const owned = ownedOf(secret, record);
  const managedFields = managedAfter(fieldsOf(owned), live.metadata.managedFields);
  const { labels, annotations: notes, ownerReferences } = secret.metadata;
  if (!record.isPatched) return { ...secret, metadata: { ...live.metadata, labels, annotations: notes, ownerReferences, managedFields } };
  return {
    ...live,
    metadata: {
      ...live.metadata,
      labels: { ...live.metadata.labels, ...labels },
      annotations: { ...live.metadata.annotations, ...notes },
      ownerReferences: record.isManaged ? ownerReferences : live.metadata.ownerReferences,
      managedFields,
    },
    type: secret.type,
    data: { ...live.data, ...secret.data },
  };
}

/** Whether the API lets a Secret become another, and if not what stands in the way. */
export function obstacleTo(live: LiveSecret, next: Secret): 'immutable' | 'type' | undefined {
  const hasOtherType = (live.type ?? 'Opaque') !== next.type;
  const isFrozen = live.immutable === true && (hasOtherType || next.immutable !== true || !isDeepStrictEqual(live.data ?? {}, next.data));
  if (isFrozen) return 'immutable';
  return hasOtherType ? 'type' : undefined;
}

/** Whether a Secret that cannot be changed may be made anew: it is the SealedSecret's own, and not by somebody's leave. */
export function isOwn(record: SecretRecord, { metadata }: Pick<SealedSecret, 'metadata'>): boolean {
  return !record.isPatched && isOurs(record, metadata.uid);
}

/** The Secret's own annotation that says what it was unsealed from. */
export function fromOf({ metadata }: Pick<Secret, 'metadata'>): string {
  return metadata.annotations![annotations.unsealedFrom]!;
}
