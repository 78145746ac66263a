import type { GroupVersionKind, KubeClient, Selection } from '../src/kube/types';
import type { Condition } from '../src/model/conditions';
import type { KubeObject } from '../src/model/object';

/** Waits until the objects of a kind satisfy a condition, by watching them. */
export function until<T>(
  client: KubeClient,
  kind: GroupVersionKind,
  selection: Selection,
  what: string,
  holds: (objects: readonly KubeObject[]) => T | undefined,
  timeoutMs = 120_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const seen = new Map<string, KubeObject>();
    const stop = new AbortController();
    let synced = false;
    const timer = setTimeout(() => {
      stop.abort();
      reject(new Error(`${what} did not happen within ${timeoutMs / 1000} s; last seen: ${[...seen.values()].map(stateOf).join('; ') || 'nothing'}`));
    }, timeoutMs);
    client.watch(
      kind,
      selection,
      (event) => {
        if (event.type === 'SYNCED') synced = true;
        else if (event.type === 'DELETED') seen.delete(`${event.object.metadata.namespace}/${event.object.metadata.name}`);
        else seen.set(`${event.object.metadata.namespace}/${event.object.metadata.name}`, event.object);
        if (!synced) return;
        const result = holds([...seen.values()]);
        if (result === undefined) return;
        clearTimeout(timer);
        stop.abort();
        resolve(result);
      },
      stop.signal,
    );
  });
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return (object.status as { conditions?: Condition[] } | undefined)?.conditions?.find((condition) => condition.type === type);
}

/** Ready of the generation that is there now. */
export function isReady(object: KubeObject): boolean {
  const status = object.status as { observedGeneration?: number } | undefined;
  return conditionOf(object, 'Ready')?.status === 'True' && status?.observedGeneration === object.metadata.generation;
}

function stateOf(object: KubeObject): string {
  const ready = conditionOf(object, 'Ready');
  return `${object.kind} ${object.metadata.name} ${ready ? `Ready=${ready.status} (${ready.reason}: ${ready.message})` : 'without conditions'}`;
}
