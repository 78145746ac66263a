import { kinds } from '../../model/kinds';
import { keyOf, type ObjectId } from '../../model/object';
import type { Deletion } from '../../objects/deletion-budget';
import { decodeInventory, type Inventory } from '../../objects/inventory';
import type { Reconciled, Store } from '../runtime/types';
import { deletesObjects, type Kustomization } from './kustomization';

/** What deleting objects takes along: the inventories of Kustomizations and the objects of releases, and what those lead to. */
export function deletionsOf(ids: readonly ObjectId[], store: Pick<Store, 'get'>): Deletion[] {
  const known = new Map<string, Deletion>();
  const deletionOf = (id: ObjectId): Deletion => {
    const before = known.get(keyOf(id));
    if (before !== undefined) return before;
    const leadsTo: Deletion[] = [];
    const deletion: Deletion = { id, leadsTo };
    known.set(keyOf(id), deletion);
    leadsTo.push(...ownedBy(id, store).map(deletionOf));
    return deletion;
  };
  return ids.map(deletionOf);
}

function ownedBy(id: ObjectId, store: Pick<Store, 'get'>): ObjectId[] {
  if (!isOf(id, kinds.Kustomization) && !isOf(id, kinds.HelmRelease)) return [];
  const object = store.get<Reconciled>(id);
  if (object === undefined) return [];
  if (isOf(id, kinds.Kustomization) && !deletesObjects(object as Kustomization)) return [];
  return decodeInventory(object.status?.inventory as Inventory | undefined);
}

/** Kinds that clean up after themselves: their finalizers need what else is deleted with them. */
export function hasCleanup(id: ObjectId): boolean {
  return isOf(id, kinds.Kustomization) || isOf(id, kinds.HelmRelease);
}

function isOf(id: ObjectId, kind: { readonly group: string; readonly kind: string }): boolean {
  return id.group === kind.group && id.kind === kind.kind;
}
