import type { AppliedObjects, ApplyRequest, Drift, HealthReport } from '../../../src/agent/apply/types';
import { StatusError } from '../../../src/kube/status-error';
import type { ApiResource, DeleteOptions, GroupVersionKind, KubeClient, Selection, WatchEvent } from '../../../src/kube/types';
import { idOf, type KubeObject, keyOf, type ObjectId } from '../../../src/model/object';

/** The process was killed here: nothing after it happens. */
export class Killed extends Error {}

interface Watch {
  readonly kind: GroupVersionKind;
  readonly selection: Selection;
  readonly onEvent: (event: WatchEvent) => void;
  readonly signal: AbortSignal;
}

const CLUSTER_SCOPED = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole']);

/** What an API server remembers, without one: so that a process can be killed at any write, thousands of times a second. */
export class MemoryCluster {
  readonly objects = new Map<string, KubeObject>();
  /** Verbs and names of all writes, in order. */
  readonly writes: string[] = [];
  private readonly watches = new Set<Watch>();
  private version = 100;
  private writesLeft: number | undefined;
  private killedBefore = false;
  private dead = false;

  /** The process dies at its nth write from now on: before it takes effect, or after. */
  killAt(nth: number, when: 'before' | 'after'): void {
    this.writesLeft = nth;
    this.killedBefore = when === 'before';
  }

  /** A new process: nothing is left of the old one's watches. */
  restart(): void {
    this.watches.clear();
    this.writesLeft = undefined;
    this.dead = false;
  }

  get(id: ObjectId): KubeObject | undefined {
    return this.objects.get(keyOf(id));
  }

  of(kind: string): KubeObject[] {
    return [...this.objects.values()].filter((object) => object.kind === kind);
  }

  /** One write: counted, and perhaps the last. */
  write<R>(what: string, effect: () => R): R {
    if (this.dead) throw new Killed();
    if (this.writesLeft !== undefined && --this.writesLeft <= 0) {
      if (!this.killedBefore) effect();
      this.dead = true;
      throw new Killed(`killed at ${what}`);
    }
    this.writes.push(what);
    return effect();
  }

  put(object: KubeObject): KubeObject {
    const before = this.objects.get(keyOf(idOf(object)));
    const metadata = { ...object.metadata, uid: before?.metadata.uid ?? `uid-${++this.version}`, resourceVersion: String(++this.version) };
    const stored = { ...object, metadata };
    this.objects.set(keyOf(idOf(object)), stored);
    this.tell({ type: before ? 'MODIFIED' : 'ADDED', object: stored });
    return stored;
  }

  remove(id: ObjectId): boolean {
    const object = this.get(id);
    if (object === undefined) return false;
    this.objects.delete(keyOf(id));
    this.tell({ type: 'DELETED', object });
    return true;
  }

  client(): KubeClient {
    return new MemoryClient(this, this.watches);
  }

  private tell(event: WatchEvent & { object: KubeObject }): void {
    for (const watch of this.watches) if (watch.kind.kind === event.object.kind && selects(watch.selection, event.object)) watch.onEvent(event);
  }
}

function selects(selection: Selection, object: KubeObject): boolean {
  if (selection.namespace !== undefined && selection.namespace !== object.metadata.namespace) return false;
  return (selection.labelSelector ?? '')
    .split(',')
    .every((part) => part === '' || object.metadata.labels?.[part.split('=')[0]!] === part.split('=')[1]);
}

class MemoryClient implements KubeClient {
  constructor(
    private readonly cluster: MemoryCluster,
    private readonly watches: Set<Watch>,
  ) {}

  async resource(kind: GroupVersionKind): Promise<ApiResource> {
    return { ...kind, plural: `${kind.kind.toLowerCase()}s`, namespaced: !CLUSTER_SCOPED.has(kind.kind) };
  }
  async apiVersions() {
    return ['v1'];
  }
  async kindCalled(): Promise<undefined> {
    return undefined;
  }

  async version() {
    return 'v1.36.3';
  }
  async get<T extends KubeObject>(id: ObjectId) {
    return structuredClone(this.cluster.get(id)) as T | undefined;
  }
  async list<T extends KubeObject>(kind: GroupVersionKind) {
    return this.cluster.of(kind.kind) as unknown as T[];
  }
  async create<T extends KubeObject>(object: T) {
    const id = idOf(object);
    return this.cluster.write(`create ${id.kind}/${id.name}`, () => {
      if (this.cluster.get(id)) throw new StatusError(id.name, 409, { reason: 'AlreadyExists', message: 'already exists' });
      return this.cluster.put(object) as T;
    });
  }
  async replace<T extends KubeObject>(object: T) {
    const id = idOf(object);
    return this.cluster.write(`replace ${id.kind}/${id.name}`, () => {
      const before = this.cluster.get(id);
      if (!before) throw new StatusError(id.name, 404, { reason: 'NotFound', message: 'not found' });
      const { resourceVersion } = object.metadata;
      if (resourceVersion !== undefined && before.metadata.resourceVersion !== resourceVersion)
        throw new StatusError(id.name, 409, { reason: 'Conflict', message: 'modified' });
      return this.cluster.put(object) as T;
    });
  }
  async apply<T extends KubeObject>(id: ObjectId, json: Buffer | string) {
    return this.cluster.write(`apply ${id.kind}/${id.name}`, () => {
      const object = JSON.parse(json.toString()) as KubeObject;
      const namespace = id.namespace === '' ? {} : { namespace: id.namespace };
      return this.cluster.put({ ...object, metadata: { ...object.metadata, ...namespace } }) as T;
    });
  }
  async patch<T extends KubeObject>(id: ObjectId, _type: 'merge' | 'json', body: unknown) {
    return this.cluster.write(`patch ${id.kind}/${id.name}`, () => {
      const before = this.cluster.get(id)!;
      const labels = { ...before.metadata.labels, ...(body as KubeObject).metadata.labels };
      return this.cluster.put({ ...before, metadata: { ...before.metadata, labels } }) as T;
    });
  }
  async delete(id: ObjectId, _options?: DeleteOptions) {
    return this.cluster.write(`delete ${id.kind}/${id.name}`, () => this.cluster.remove(id));
  }
  watch(kind: GroupVersionKind, selection: Selection, onEvent: (event: WatchEvent) => void, signal: AbortSignal) {
    const watch = { kind, selection, onEvent, signal };
    this.watches.add(watch);
    const there = this.cluster.of(kind.kind).filter((object) => selects(selection, object));
    for (const object of there) onEvent({ type: 'ADDED', object });
    onEvent({ type: 'SYNCED', keys: new Set(there.map((object) => keyOf(idOf(object)))) });
  }
  close() {}
}

/** Applies through the memory cluster; what is unhealthy and what drifted is up to the test. */
export class MemoryApplied implements AppliedObjects {
  readonly isSuspended = () => false;
  readonly unhealthy = new Set<string>();
  readonly drifting = new Map<string, (drifted: readonly Drift[]) => void>();

  constructor(
    readonly cluster: MemoryCluster,
    readonly client: KubeClient,
  ) {}

  async apply(request: ApplyRequest) {
    const results = [];
    for (const object of request.objects) {
      const { namespaced } = (await this.client.resource(object))!;
      const id = { ...object, namespace: object.namespace || (namespaced ? (request.namespace ?? '') : '') };
      const body = JSON.parse(object.json.toString()) as KubeObject;
      const { metadata } = body;
      const labels = { ...metadata.labels, ...request.labels };
      const annotations = { ...metadata.annotations, ...request.annotations };
      await this.client.apply(id, JSON.stringify({ ...body, metadata: { ...metadata, labels, annotations } }), {
        fieldManager: request.fieldManager,
      });
      results.push({ id, action: 'created' as const });
    }
    return { results, failed: [] };
  }

  async healthy(objects: readonly ObjectId[]): Promise<HealthReport> {
    const unhealthy = objects
      .filter((id) => this.unhealthy.has(id.name))
      .map((id) => ({ id, health: { status: 'Failed' as const, message: 'is broken' } }));
    return { healthy: unhealthy.length === 0, timedOut: false, unhealthy };
  }

  async gone(): Promise<HealthReport> {
    return { healthy: true, timedOut: false, unhealthy: [] };
  }

  watchDrift(owner: { name: string }, _objects: readonly ObjectId[], onDrift: (drifted: readonly Drift[]) => void) {
    this.drifting.set(owner.name, onDrift);
  }
  forget(owner: { name: string }) {
    this.drifting.delete(owner.name);
  }
  async prune() {
    return { deleted: [], skipped: [], failed: [] };
  }
  close() {}
}
