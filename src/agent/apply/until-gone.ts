import type { KubeClient } from '../../kube/types';
import { keyOf, type ObjectId } from '../../model/object';
import { byName } from './selections';

/** Resolves when the object of that uid does not exist any more: true, or false at the deadline. */
export async function untilGone(client: KubeClient, id: ObjectId, uid: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  try {
    return await new Promise<boolean>((resolve, reject) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
      onAbort = () => reject(signal!.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
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
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }
}
