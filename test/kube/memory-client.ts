import { StatusError } from '../../src/kube/status-error';
import type { ApiResource, GroupVersionKind, KubeClient, Selection, WatchEvent } from '../../src/kube/types';
import { idOf, type KubeObject, keyOf, nameOf, type ObjectId } from '../../src/model/object';

type Changed = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;

/** An API server of a Map: resource versions, conflicts and watches as in the real one, for tests that need a clock of their own. */
export class MemoryClient implements KubeClient {
  readonly objects = new Map<string, KubeObject>();
  /** `verb Kind/namespace/name`, as they came. */
  readonly requests: string[] = [];
  /** Called before every request; throws to lose it. */
  before: (request: string) => void = () => {};
  private readonly watchers = new Set<Changed>();
  private revision = 0;

  async resource(kind: GroupVersionKind): Promise<ApiResource> {
    return { ...kind, plural: `${kind.kind.toLowerCase()}s`, namespaced: true };
  }

  async apiVersions(): Promise<readonly string[]> {
    return [];
  }

  async kindCalled(_word: string): Promise<GroupVersionKind | undefined> {
    return undefined;
  }

  async version(): Promise<string> {
    return 'v1.36.3';
  }

  async get<T extends KubeObject>(id: ObjectId): Promise<T | undefined> {
    this.arrive('get', id);
    return this.objects.get(keyOf(id)) as T | undefined;
  }

  async list<T extends KubeObject>(kind: GroupVersionKind, selection: Selection = {}): Promise<readonly T[]> {
    this.arrive('list', { ...kind, namespace: '', name: '' });
    return this.selected(kind, selection) as unknown as readonly T[];
  }

  async create<T extends KubeObject>(object: T): Promise<T> {
    const id = idOf(object);
    this.arrive('create', id);
    if (this.objects.has(keyOf(id))) throw refusal(id, 409, 'AlreadyExists');
    return this.store('ADDED', { ...object, metadata: { ...object.metadata, uid: `uid-${this.revision + 1}`, generation: 1 } });
  }

  async replace<T extends KubeObject>(object: T): Promise<T> {
    const id = idOf(object);
    this.arrive('update', id);
    this.current(id, object.metadata.resourceVersion);
    return this.store('MODIFIED', object);
  }

  async patch<T extends KubeObject>(id: ObjectId, _type: 'merge' | 'json', body: unknown, options: { subresource?: string } = {}): Promise<T> {
    this.arrive(options.subresource === undefined ? 'patch' : `patch-${options.subresource}`, id);
    const patch = body as { metadata?: { resourceVersion?: string } };
    const patched = merged(this.current(id, patch.metadata?.resourceVersion), patch) as T;
    if (patched.metadata.deletionTimestamp !== undefined && (patched.metadata.finalizers ?? []).length === 0) return this.remove(patched);
    return this.store('MODIFIED', patched);
  }

  async apply<T extends KubeObject>(): Promise<T> {
    throw new Error('nothing is applied here');
  }

  async delete(id: ObjectId): Promise<boolean> {
    this.arrive('delete', id);
    const object = this.objects.get(keyOf(id));
    if (object === undefined) return false;
    if ((object.metadata.finalizers ?? []).length === 0) this.remove(object);
    else this.edit(id, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    return true;
  }

  watch(kind: GroupVersionKind, selection: Selection, onEvent: (event: WatchEvent) => void, signal: AbortSignal): void {
    const matches = (object: KubeObject) => this.selected(kind, selection, [object]).length > 0;
    setImmediate(() => {
      if (signal.aborted) return;
      const all = this.selected(kind, selection);
      for (const object of all) onEvent({ type: 'ADDED', object });
      onEvent({ type: 'SYNCED', keys: new Set(all.map((object) => keyOf(idOf(object)))) });
      const changed: Changed = (type, object) => {
        if (matches(object)) onEvent({ type, object });
      };
      this.watchers.add(changed);
      signal.addEventListener('abort', () => this.watchers.delete(changed));
    });
  }

  close(): void {
    this.watchers.clear();
  }

  /** What somebody else changes: no request of ours. A changed spec is a new generation. */
  edit(id: ObjectId, patch: object): KubeObject {
    const before = this.objects.get(keyOf(id))!;
    const generation = 'spec' in patch ? (before.metadata.generation ?? 0) + 1 : before.metadata.generation;
    const after = merged(before, patch) as KubeObject;
    return this.store('MODIFIED', { ...after, metadata: { ...after.metadata, generation } });
  }

  private selected(kind: GroupVersionKind, selection: Selection, among: Iterable<KubeObject> = this.objects.values()): KubeObject[] {
    const name = /^metadata\.name=(.*)$/.exec(selection.fieldSelector ?? '')?.[1];
    return [...among].filter((object) => {
      const id = idOf(object);
      return (
        id.kind === kind.kind &&
        id.group === kind.group &&
        (selection.namespace === undefined || id.namespace === selection.namespace) &&
        (name === undefined || id.name === name)
      );
    });
  }

  private arrive(verb: string, id: ObjectId): void {
    const request = `${verb} ${nameOf(id)}`;
    this.before(request);
    this.requests.push(request);
  }

  private current(id: ObjectId, resourceVersion: string | undefined): KubeObject {
    const known = this.objects.get(keyOf(id));
    if (known === undefined) throw refusal(id, 404, 'NotFound');
    if (resourceVersion !== undefined && known.metadata.resourceVersion !== resourceVersion) throw refusal(id, 409, 'Conflict');
    return known;
  }

  private store<T extends KubeObject>(type: 'ADDED' | 'MODIFIED', object: T): T {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.revision) } };
    this.objects.set(keyOf(idOf(stored)), stored);
    for (const changed of this.watchers) changed(type, stored);
    return stored;
  }

  private remove<T extends KubeObject>(object: T): T {
    this.objects.delete(keyOf(idOf(object)));
    for (const changed of this.watchers) changed('DELETED', object);
    return object;
  }
}

function refusal(id: ObjectId, status: number, reason: string): StatusError {
  return new StatusError(nameOf(id), status, { reason, message: reason });
}

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
