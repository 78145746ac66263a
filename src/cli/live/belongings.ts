import { isForbidden } from '../../kube/status-error';
import type { GroupVersionKind, KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import type { KubeObject, ObjectId } from '../../model/object';
import { decodeInventory, type Inventory } from '../../objects/inventory';
import { isReconciled, isWorkload } from './live-kinds';
import type { LiveObjects, Ref, World } from './world';

/** An object and what belongs to it. */
export interface Belonging {
  readonly ref: Ref;
  /** Undefined where it is not there, or may not be looked at. */
  readonly object?: KubeObject;
  readonly parts: readonly Belonging[];
}

interface WithInventory extends KubeObject {
  readonly status?: { readonly inventory?: Inventory };
}

/** What an object made, what that made, and so on, down to Pods. */
export function belongingsOf(object: KubeObject, objects: LiveObjects): Belonging {
  return belonging(refTo(object), objects, new Set());
}

/** What of it lies in a namespace, with all that belongs to that. */
export function within(namespace: string, whole: Belonging): readonly Belonging[] {
  return whole.ref.namespace === namespace ? [whole] : whole.parts.flatMap((part) => within(namespace, part));
}

function belonging(ref: Ref, objects: LiveObjects, above: ReadonlySet<string>): Belonging {
  const object = objects.get(ref);
  const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
  if (object === undefined) return { ref, parts: [] };
  // A root Kustomization applies itself.
  const within = new Set([...above, key]);
  const parts = partsOf(object, objects).filter((part) => !within.has(`${part.kind}/${part.namespace}/${part.name}`));
  return { ref, object, parts: parts.map((part) => belonging(part, objects, within)) };
}

function partsOf(object: KubeObject, objects: LiveObjects): Ref[] {
  const applied = inventoryIds(object).map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  if (object.kind === kinds.SealedSecret.kind) return [{ ...refTo(object), kind: 'Secret' }];
  if (isWorkload(object.kind) || object.kind === 'CronJob' || object.kind === 'ReplicaSet')
    return [...applied, ...podsBelow(object, objects).map(refTo)];
  return applied;
}

/** ReplicaSets say nothing that their Deployment does not. */
function podsBelow(workload: KubeObject, objects: LiveObjects): KubeObject[] {
  const direct = objects.ownedBy(workload, 'Pod');
  return [...direct, ...['ReplicaSet', 'Job'].flatMap((kind) => objects.ownedBy(workload, kind).flatMap((owner) => objects.ownedBy(owner, 'Pod')))];
}

function inventoryIds(object: KubeObject): ObjectId[] {
  return isReconciled(object.kind) ? decodeInventory((object as WithInventory).status?.inventory) : [];
}

/** Bodies that say nothing of health, or that nobody should see. */
const METADATA_ONLY: ReadonlySet<string> = new Set([
  'Secret',
  'ConfigMap',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);

/** Reads what inventories name and the world does not hold yet: one list for each kind and namespace. What may not be read stays unknown. */
export async function readApplied(client: KubeClient, { objects }: World, roots: readonly KubeObject[]): Promise<void> {
  const lists = new Map<string, { readonly kind: GroupVersionKind; readonly namespace: string }>();
  for (let next = [...roots], seen = new Set<string>(); next.length > 0; ) {
    const below: KubeObject[] = [];
    for (const object of next) {
      if (object.kind === kinds.SealedSecret.kind)
        want({ group: '', version: 'v1', kind: 'Secret', namespace: object.metadata.namespace ?? '' }, lists);
      for (const id of inventoryIds(object)) {
        const known = objects.get(id);
        if (known === undefined) want(id, lists);
        else if (!seen.has(`${id.kind}/${id.namespace}/${id.name}`)) below.push(known);
        seen = seen.add(`${id.kind}/${id.namespace}/${id.name}`);
      }
    }
    next = below;
  }
  await Promise.all(
    [...lists.values()].map(async ({ kind, namespace }) => {
      try {
        const as = METADATA_ONLY.has(kind.kind) ? ('metadata' as const) : undefined;
        for (const object of await client.list(kind, { ...(namespace !== '' && { namespace }), as })) objects.set(object);
      } catch (error) {
        if (!isForbidden(error)) throw error;
      }
    }),
  );
}

function want(
  { group, version, kind, namespace }: Omit<ObjectId, 'name'>,
  lists: Map<string, { readonly kind: GroupVersionKind; readonly namespace: string }>,
): void {
  lists.set(`${group}/${kind}/${namespace}`, { kind: { group, version, kind }, namespace });
}

/** Every object of a tree. */
export function flatten({ ref, parts }: Belonging): Ref[] {
  return [ref, ...parts.flatMap(flatten)];
}

function refTo({ kind, metadata }: KubeObject): Ref {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}
