import { refKey, refOf } from '../../../src/agent/runtime/ref';
import type { EventInput, Outcome, ReconcileContext, Reconciled, Ref, Runtime, StatusChange } from '../../../src/agent/runtime/types';
import type { KubeClient } from '../../../src/kube/types';
import type { KubeObject } from '../../../src/model/object';

type Subscriber = (object: Reconciled, change: 'changed' | 'deleted') => void;

/** The runtime's seams in memory: what a reconciler sees of it, and what it was told. */
export class FakeRuntime {
  readonly asked: { readonly ref: Ref; readonly cause: string }[] = [];
  readonly secretsTold = new Set<string>();
  readonly watched = new Map<string, () => void>();
  readonly cluster = new Map<string, KubeObject>();
  private readonly objects = new Map<string, Reconciled>();
  private readonly subscribers = new Map<string, Subscriber[]>();

  constructor(readonly dataFolder: string) {}

  /** What `createSourceRoom` and its siblings are given. */
  get runtime(): Runtime {
    const own = { get: async (id: Ref) => this.cluster.get(refKey(id)) } as unknown as KubeClient;
    return {
      clusters: {
        own,
        for: () => {
          throw new Error('no target in this test');
        },
        accountOf: () => undefined,
      },
      store: {
        get: <T extends Reconciled>(ref: Ref) => this.objects.get(refKey(ref)) as T | undefined,
        list: <T extends Reconciled>(kind: string) => [...this.objects.values()].filter((object) => object.kind === kind) as unknown as T[],
        subscribe: (kind, onChange) => void this.subscribers.set(kind, [...(this.subscribers.get(kind) ?? []), onChange]),
      },
      requestReconcile: (ref, cause) => void this.asked.push({ ref, cause }),
      agentNamespace: 'flux-system',
      dataFolder: this.dataFolder,
      redactor: { add: (secret) => void this.secretsTold.add(secret), redact: (text) => text },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { counter: () => ({ inc: () => undefined }), gauge: () => undefined, gauges: () => undefined },
      watchValues: (ref, onChange) => {
        this.watched.set(refKey(ref), onChange);
        return () => this.watched.delete(refKey(ref));
      },
    } as Runtime;
  }

  put<T extends Reconciled>(object: T): T {
    this.objects.set(refKey(refOf(object)), object);
    for (const tell of this.subscribers.get(object.kind) ?? []) tell(object, 'changed');
    return object;
  }

  remove(object: Reconciled): void {
    this.objects.delete(refKey(refOf(object)));
    for (const tell of this.subscribers.get(object.kind) ?? []) tell(object, 'deleted');
  }

  secret(namespace: string, name: string, values: Readonly<Record<string, string>>): void {
    const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
    this.cluster.set(refKey({ kind: 'Secret', namespace, name }), { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, data });
  }
}

/** A context that notes what it is told. */
export function fakeContext(
  causes: readonly string[] = ['created'],
): ReconcileContext & { readonly events: EventInput[]; readonly writes: StatusChange[] } {
  const events: EventInput[] = [];
  const writes: StatusChange[] = [];
  return {
    signal: new AbortController().signal,
    causes: new Set(causes),
    idle: (wait) => wait,
    writeStatus: async (change) => void writes.push(change),
    record: (event) => void events.push(event),
    events,
    writes,
  };
}

/** The object as it is after the runtime wrote what an outcome says. */
export function withOutcome<T extends Reconciled>(object: T, outcome: Outcome): T {
  const change = 'change' in outcome ? outcome.change : undefined;
  const fields = Object.fromEntries(Object.entries({ ...object.status, ...change?.fields }).filter(([, value]) => value !== null));
  const ready = outcome.type === 'ready' ? [{ type: 'Ready', status: 'True' as const, reason: outcome.reason, message: outcome.message }] : [];
  return { ...object, status: { ...fields, observedGeneration: object.metadata.generation, conditions: [...ready, ...(change?.conditions ?? [])] } };
}
