import { refKey, refOf } from './ref';
import type { Reconciled, Ref, Store } from './types';

export type StoreChange = 'changed' | 'deleted';
type Subscriber = (object: Reconciled, change: StoreChange, before: Reconciled | undefined) => void;

/** Reconciled objects as last seen, by watch or by the answer to our own write, whichever is newer. */
export class ObjectStore implements Store {
  private readonly kinds = new Map<string, Map<string, Reconciled>>();
  private readonly changes = new Map<string, number>();
  private readonly byKind = new Map<string, Set<Subscriber>>();
  private readonly forAll = new Set<Subscriber>();
  private count = 0;

  /** Grows with every change: compare `changedAt` with an earlier one. */
  get sequence(): number {
    return this.count;
  }

  /** The sequence at this object's last change; 0: never seen. */
  changedAt(ref: Ref): number {
    return this.changes.get(refKey(ref)) ?? 0;
  }

  get<T extends Reconciled = Reconciled>(ref: Ref): T | undefined {
    return this.kinds.get(ref.kind)?.get(refKey(ref)) as T | undefined;
  }

  list<T extends Reconciled = Reconciled>(kind: string): readonly T[] {
    return [...(this.kinds.get(kind)?.values() ?? [])] as unknown as readonly T[];
  }

  subscribe(kind: string, onChange: Subscriber): void {
    const subscribers = this.byKind.get(kind);
    if (subscribers === undefined) this.byKind.set(kind, new Set([onChange]));
    else subscribers.add(onChange);
  }

  subscribeAll(onChange: Subscriber): void {
    this.forAll.add(onChange);
  }

  /** Keeps the object unless a newer one is there. */
  put(object: Reconciled): void {
    const ref = refOf(object);
    const known = this.get(ref);
    if (known !== undefined && known.metadata.uid === object.metadata.uid && !isNewer(object, known)) return;
    let objects = this.kinds.get(ref.kind);
    if (objects === undefined) {
      objects = new Map();
      this.kinds.set(ref.kind, objects);
    }
    const kept = withoutManagedFields(object);
    objects.set(refKey(ref), kept);
    this.tell(ref, kept, 'changed', known);
  }

  /** Keeps the answer to a write of ours, unless the object was deleted meanwhile. */
  refresh(object: Reconciled): void {
    if (this.get(refOf(object))?.metadata.uid === object.metadata.uid) this.put(object);
  }

  /** Forgets the object, if it is still that one. */
  remove(object: Reconciled): void {
    const ref = refOf(object);
    const known = this.get(ref);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
    this.kinds.get(ref.kind)!.delete(refKey(ref));
    this.tell(ref, object, 'deleted', known);
  }

  private tell(ref: Ref, object: Reconciled, change: StoreChange, before: Reconciled | undefined): void {
    this.changes.set(refKey(ref), ++this.count);
    for (const subscriber of [...(this.byKind.get(ref.kind) ?? []), ...this.forAll]) subscriber(object, change, before);
  }
}

/** Resource versions of one kind are decimal numbers that grow. */
function isNewer(object: Reconciled, than: Reconciled): boolean {
  const a = object.metadata.resourceVersion ?? '';
  const b = than.metadata.resourceVersion ?? '';
  return a.length === b.length ? a > b : a.length > b.length;
}

/** Nobody here asks who owns the fields of a reconciled object, and they are half of its size. */
function withoutManagedFields(object: Reconciled): Reconciled {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
