import { onAbort } from '../../common/on-abort';
import type { KubeClient } from '../../kube/types';
import { keyOf, type ObjectId } from '../../model/object';
import { byName } from './selections';

/** Resolves when the object of that uid does not exist any more: true, or false at the deadline. */
export async function untilGone(client: KubeClient, id: ObjectId, uid: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let unlink = () => {};
  try {
    return await new Promise<boolean>((resolve, reject) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
      unlink = onAbort(signal, reject);
      client.watch(
        id,
        { ...byName(id), as: 'metadata' },
        (event) => {
          if (event.type === 'SYNCED' ? !event.keys.has(keyOf(id)) : event.type === 'DELETED' || event.object.metadata.uid !== uid) resolve(true);
        },
        stop.signal,
      );
    });
  } finally {
    clearTimeout(timer);
    unlink();
    stop.abort();
  }
}
