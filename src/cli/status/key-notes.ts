import { isForbidden } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { annotations, labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { isActiveKey } from '../../seal/sealing-key';
import type { Note } from '../live/notes';

const SECRET = { group: '', version: 'v1', kind: 'Secret' };

/** Whether sealing keys were saved, by their metadata alone: whoever may not see them is told nothing. */
export async function keyNotes(client: KubeClient, namespace: string): Promise<Note[]> {
  try {
    return unsavedKeys(await client.list(SECRET, { namespace, labelSelector: labels.sealingKey, as: 'metadata' }));
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

function unsavedKeys(keys: readonly KubeObject[]): Note[] {
  const names = keys
    .filter((key) => isActiveKey(key) && key.metadata.annotations?.[annotations.backedUpAt] === undefined)
    .map(({ metadata }) => metadata.name);
  if (names.length === 0) return [];
  const says = `never saved, so what is sealed would be lost with the cluster: ${names.sort().join(', ')}`;
  return [{ level: 'warn', of: 'sealing keys', says, remedy: 'fairlead seal backup' }];
}
