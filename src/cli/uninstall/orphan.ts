import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import { isNotFound } from '../../kube/status-error';
import type { GroupVersionKind, KubeClient, Selection } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { FINALIZER } from '../../model/labels';
import { idOf, type KubeObject, nameOf, type ObjectId } from '../../model/object';
import { isOwnLayer } from '../../synth/placement';

const EVERY_MS = 500;

type Layer = KubeObject & { readonly spec: { readonly path?: string } };

/** Has nothing wait for an agent any more: what is deleted from now on leaves what it made. Gives how many objects that were. */
export async function dropFinalizers(client: KubeClient): Promise<number> {
  let dropped = 0;
  for (const kind of Object.values(kinds)) {
    // Its definition may be on its way out.
    for (const { metadata } of await client.list(kind, { as: 'metadata' }).catch(noneIfGone)) {
      const { finalizers = [], namespace = '', name } = metadata;
      if (!finalizers.includes(FINALIZER)) continue;
      const rest = finalizers.filter((one) => one !== FINALIZER);
      await client.patch({ ...kind, namespace, name }, 'merge', { metadata: { finalizers: rest } }, { fieldManager: 'fairlead' }).catch(unlessGone);
      dropped++;
    }
  }
  return dropped;
}

/** Deletes every environment with what is in it: the agent, which must be at work, takes its objects away. The root is suspended, or it would bring them back. */
export async function deleteEnvironments(client: KubeClient, namespace: string, timeoutMs: number, tell: (text: string) => void): Promise<void> {
  const layers = await client.list<Layer>(kinds.Kustomization, { namespace });
  const isOwn = ({ spec }: Layer) => isOwnLayer((spec.path ?? '').split('/').filter(Boolean).at(-1) ?? '');
  for (const layer of layers.filter(isOwn)) await client.patch(idOf(layer), 'merge', { spec: { suspend: true } }, { fieldManager: 'fairlead' });
  const environments = layers.filter((layer) => !isOwn(layer));
  for (const layer of environments) {
    // The agent has to be there until the last release is uninstalled and the last namespace is empty.
    await client.patch(idOf(layer), 'merge', { spec: { deletionPolicy: 'WaitForTermination', suspend: false } }, { fieldManager: 'fairlead' });
    await client.delete(idOf(layer));
    tell(`${nameOf(idOf(layer))} and what is in it go`);
  }
  for (const layer of environments) await untilGone(client, idOf(layer), timeoutMs, { uid: layer.metadata.uid });
}

interface Leaving {
  /** One of that name with another UID is another. @default - any is it */
  readonly uid?: string;
  /** What is done each time it is still there. @default nothing */
  readonly meanwhile?: () => Promise<unknown>;
}

/** Waits until an object is gone. Throws `StillThere`. */
export async function untilGone(client: KubeClient, id: ObjectId, timeoutMs: number, { uid, meanwhile }: Leaving = {}): Promise<void> {
  const isGone = async () => {
    const live = await client.get(id, { as: 'metadata' });
    if (live === undefined || (uid !== undefined && live.metadata.uid !== uid)) return true;
    await meanwhile?.();
    return false;
  };
  await waitFor(isGone, nameOf(id), timeoutMs);
}

/** Waits until nothing of a selection is left. Throws `StillThere`. */
export async function untilNone(client: KubeClient, kind: GroupVersionKind, selection: Selection, timeoutMs: number): Promise<void> {
  await waitFor(async () => (await client.list(kind, { ...selection, as: 'metadata' })).length === 0, `a ${kind.kind} of the agent`, timeoutMs);
}

async function waitFor(holds: () => Promise<boolean>, what: string, timeoutMs: number): Promise<void> {
  for (const until = Date.now() + timeoutMs; !(await holds()); await sleep(EVERY_MS)) {
    if (Date.now() > until) throw errors.StillThere({ what, time: `${Math.round(timeoutMs / 1000)}s` });
  }
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

function noneIfGone(error: unknown): readonly KubeObject[] {
  unlessGone(error);
  return [];
}
