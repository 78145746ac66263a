import { isForbidden } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import { kinds } from '../../../model/kinds';
import { type KubeObject, keyOf, type ObjectId } from '../../../model/object';
import { decodeInventory, type Inventory } from '../../../objects/inventory';
import type { PreviewLayer } from '../../../preview/types';
import { bare } from './bare';

/** An object that was applied once and is no longer wanted, in the layer whose Kustomization or release has it in its inventory. */
export interface StaleObject {
  readonly layer: string;
  readonly release?: { readonly namespace: string; readonly name: string };
  readonly id: ObjectId;
  readonly object: KubeObject;
}

/** What a sync would prune: objects in the inventories of the layers that the layers no longer have, and what those lead to. */
export async function staleObjects(client: KubeClient, layers: readonly PreviewLayer[]): Promise<StaleObject[]> {
  const wanted = new Set(
    layers.flatMap(({ objects, releases }) => [...objects, ...releases.flatMap((release) => release.objects)]).map(({ id }) => keyOf(id)),
  );
  const found = new Map<string, StaleObject>();
  const visit = async (owner: ObjectId, place: Pick<StaleObject, 'layer' | 'release'>): Promise<void> => {
    for (const id of decodeInventory(await inventoryOf(client, owner))) {
      if (wanted.has(keyOf(id)) || found.has(keyOf(id))) continue;
      const object = bare(await unlessForbidden(client.get(id)));
      if (object === undefined) continue;
      found.set(keyOf(id), { ...place, id, object });
      if (isOf(id, kinds.Kustomization)) await visit(id, { layer: id.name });
      if (isOf(id, kinds.HelmRelease)) await visit(id, { ...place, release: { namespace: id.namespace, name: id.name } });
    }
  };
  for (const { name, kustomization, releases } of layers) {
    if (kustomization !== undefined) await visit({ ...kinds.Kustomization, ...kustomization }, { layer: name });
    for (const { namespace, name: release, problem } of releases)
      if (problem === undefined)
        await visit({ ...kinds.HelmRelease, namespace, name: release }, { layer: name, release: { namespace, name: release } });
  }
  return [...found.values()];
}

async function inventoryOf(client: KubeClient, owner: ObjectId): Promise<Inventory | undefined> {
  const object = await unlessForbidden(client.get<KubeObject & { readonly status?: { readonly inventory?: Inventory } }>(owner));
  return object?.status?.inventory;
}

async function unlessForbidden<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
}

function isOf(id: ObjectId, kind: { readonly group: string; readonly kind: string }): boolean {
  return id.group === kind.group && id.kind === kind.kind;
}
