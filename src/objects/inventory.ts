import { keyOf, type ObjectId } from '../model/object';
import { byApplyOrder } from './apply-order';

/** One applied object as Flux's Kustomization status holds it: `<namespace>_<name>_<group>_<kind>` and the version. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

/** `status.inventory` of a Kustomization. */
export interface Inventory {
  readonly entries: readonly InventoryEntry[];
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const RBAC_KINDS: ReadonlySet<string> = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** @see https://github.com/fluxcd/cli-utils/blob/main/pkg/object/objmetadata.go */
export function encodeEntry(id: ObjectId): InventoryEntry {
  // Only RBAC names may hold a colon.
  const name = id.group === RBAC_GROUP && RBAC_KINDS.has(id.kind) ? id.name.replaceAll(':', '__') : id.name;
  return { id: `${id.namespace}_${name}_${id.group}_${id.kind}`, v: id.version };
}

/** Undefined for what no object can be called. */
export function decodeEntry(entry: InventoryEntry): ObjectId | undefined {
  const match = /^([^_]*)_(.*)_([^_]*)_([^_]*)$/s.exec(entry.id);
  if (!match) return undefined;
  const [, namespace, name, group, kind] = match;
  return { group, version: entry.v, kind, namespace, name: name.replaceAll('__', ':') };
}

/** The inventory of these objects: one entry each, in apply order. */
export function encodeInventory(ids: Iterable<ObjectId>): Inventory {
  return { entries: union(ids).map(encodeEntry) };
}

export function decodeInventory(inventory: Inventory | undefined): ObjectId[] {
  return (inventory?.entries ?? []).map(decodeEntry).filter((id) => id !== undefined);
}

/** Every object of any of the sets, once, in apply order. Where the version differs, the later set's counts. */
export function union(...sets: readonly Iterable<ObjectId>[]): ObjectId[] {
  const all = new Map<string, ObjectId>();
  for (const set of sets) for (const id of set) all.set(keyOf(id), identityOf(id));
  return [...all.values()].sort(byApplyOrder);
}

/** Only the identity of what may be a whole manifest. */
function identityOf({ group, version, kind, namespace, name }: ObjectId): ObjectId {
  return { group, version, kind, namespace, name };
}

/** What is in the first set and not in the second, in apply order. */
export function difference(from: Iterable<ObjectId>, without: Iterable<ObjectId>): ObjectId[] {
  const gone = new Set<string>();
  for (const id of without) gone.add(keyOf(id));
  return union(from).filter((id) => !gone.has(keyOf(id)));
}

/**
 * Objects to delete: applied once and no longer wanted. In reverse apply order, so that nothing loses what it needs first.
 * Whether they are still ours is seen when they are deleted.
 */
export function stale(before: Iterable<ObjectId>, wanted: Iterable<ObjectId>): ObjectId[] {
  return difference(before, wanted).reverse();
}
