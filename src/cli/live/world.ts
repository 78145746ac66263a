import type { LiveBinding } from '../../model/cluster-binding';
import type { KubeObject, ObjectId } from '../../model/object';
import type { Suspension } from '../../model/suspension';
import { isWorkload } from './live-kinds';

/** Kind, namespace and name: how objects name one another. */
export type Ref = Pick<ObjectId, 'kind' | 'namespace' | 'name'>;

/** What is known of a cluster at one moment. Rules about it are pure functions of it. */
export interface World {
  readonly now: Date;
  readonly agentNamespace: string;
  readonly objects: LiveObjects;
  /** Those that last now. */
  readonly suspensions: readonly Suspension[];
  /** Which folder the cluster follows, as the cluster says. */
  readonly binding?: LiveBinding;
  /** What could not be read, and why: rules must not take it for absent. */
  readonly unread: ReadonlyMap<string, string>;
  /** Pods and what has them were not looked at. @default false */
  readonly isWithoutWorkloads?: boolean;
  /** Namespaces that were looked into. @default - all of them */
  readonly namespaces?: ReadonlySet<string>;
}

/** Objects by kind, namespace and name, and by whatever else they are looked up. */
export class LiveObjects {
  private readonly kinds = new Map<string, KindObjects>();

  constructor(objects: Iterable<KubeObject> = []) {
    for (const object of objects) this.set(object);
  }

  set(object: KubeObject): void {
    this.ofKind(object.kind).set(object);
  }

  delete(ref: Ref): void {
    this.ofKind(ref.kind).delete(ref);
  }

  get<T extends KubeObject = KubeObject>(ref: Ref): T | undefined {
    return this.kinds.get(ref.kind)?.byName.get(placeOf(ref)) as T | undefined;
  }

  /** Objects of a kind by namespace and name. */
  list<T extends KubeObject = KubeObject>(kind: string): readonly T[] {
    return (this.kinds.get(kind)?.sorted() ?? []) as readonly T[];
  }

  /** Objects of a kind of which `keyOf` says this key. The function is the index: give the same one each time. */
  by(kind: string, keyOf: KeyOf, key: string): readonly KubeObject[] {
    return this.kinds.get(kind)?.index(keyOf).get(key) ?? [];
  }

  /** Objects of a kind that an object owns. */
  ownedBy({ metadata }: KubeObject, kind: string): readonly KubeObject[] {
    return metadata.uid === undefined ? [] : this.by(kind, owners, metadata.uid);
  }

  private ofKind(kind: string): KindObjects {
    const known = this.kinds.get(kind) ?? new KindObjects();
    this.kinds.set(kind, known);
    return known;
  }
}

type KeyOf = (object: KubeObject) => readonly string[];

/** Objects of one kind. What is derived from them is made when it is asked for, and once until something changes. */
class KindObjects {
  readonly byName = new Map<string, KubeObject>();
  private inOrder: readonly KubeObject[] | undefined;
  private readonly indexes = new Map<KeyOf, ReadonlyMap<string, readonly KubeObject[]>>();

  set(object: KubeObject): void {
    this.byName.set(placeOf(refOf(object)), object);
    this.changed();
  }

  delete(ref: Ref): void {
    if (this.byName.delete(placeOf(ref))) this.changed();
  }

  sorted(): readonly KubeObject[] {
    this.inOrder ??= [...this.byName].sort(([a], [b]) => byText(a, b)).map(([, object]) => object);
    return this.inOrder;
  }

  index(keyOf: KeyOf): ReadonlyMap<string, readonly KubeObject[]> {
    const known = this.indexes.get(keyOf);
    if (known !== undefined) return known;
    const made = new Map<string, KubeObject[]>();
    for (const object of this.sorted()) for (const key of keyOf(object)) made.set(key, [...(made.get(key) ?? []), object]);
    this.indexes.set(keyOf, made);
    return made;
  }

  private changed(): void {
    this.inOrder = undefined;
    this.indexes.clear();
  }
}

function placeOf({ namespace, name }: Ref): string {
  return `${namespace}/${name}`;
}

function owners({ metadata }: KubeObject): string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

/** Whether an object of that name would be known. */
export function isRead({ kind, namespace }: Ref, { unread, namespaces, isWithoutWorkloads }: World): boolean {
  return !unread.has(kind) && !(isWithoutWorkloads && isWorkload(kind)) && (namespaces === undefined || namespaces.has(namespace));
}

export function refOf({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): Ref {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

export function sameObject(a: Ref, b: Ref): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
