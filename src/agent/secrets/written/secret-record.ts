import { isDigest } from '../../../common/digest';
import { annotations, labels } from '../../../model/labels';
import type { KubeObject } from '../../../model/object';
import { isContentOfOthers, ourFields, printFields } from './own-fields';

/** What is kept of a Secret: enough to tell whose it is, and whether it is as we left it. */
export interface SecretRecord {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Value of the label that makes it a sealing key, or puts that out of use. */
  readonly sealingKey?: string;
  /** UID of the object that controls it. */
  readonly controlledBy?: string;
  /** A SealedSecret of its name may take it over. */
  readonly isManaged: boolean;
  /** A SealedSecret of its name may add to it. */
  readonly isPatched: boolean;
  /** Digest of the SealedSecret that we wrote it from. Empty: somebody else has put there what is none, of whatever size. */
  readonly unsealedFrom?: string;
  /** The fields that are still ours, as printed; undefined where others own content of it, or we wrote none. */
  readonly ours?: string;
}

export function recordOf({ metadata }: Pick<KubeObject, 'metadata'>): SecretRecord {
  const { namespace = '', name, uid = '', resourceVersion = '', ownerReferences, annotations: notes = {}, managedFields } = metadata;
  const sealingKey = metadata.labels?.[labels.sealingKey];
  const controlledBy = ownerReferences?.find(({ controller }) => controller)?.uid;
  const from = notes[annotations.unsealedFrom];
  const unsealedFrom = from === undefined || isDigest(from) ? from : '';
  const isPatched = notes[annotations.sealedPatch] === 'true';
  const fields = unsealedFrom !== undefined && (isPatched || !isContentOfOthers(managedFields)) ? ourFields(managedFields) : undefined;
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    isManaged: notes[annotations.sealedManaged] === 'true',
    isPatched,
    ...(sealingKey !== undefined && { sealingKey }),
    ...(controlledBy !== undefined && { controlledBy }),
    ...(unsealedFrom !== undefined && { unsealedFrom }),
    ...(fields !== undefined && { ours: printFields(fields) }),
  };
}
