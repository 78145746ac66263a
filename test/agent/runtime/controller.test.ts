import { Controller } from '../../../src/agent/runtime/controller';
import { Recorder } from '../../../src/agent/runtime/events';
import { Informers } from '../../../src/agent/runtime/informers';
import type { Ended, Quarantine } from '../../../src/agent/runtime/quarantine';
import { StatusWriter } from '../../../src/agent/runtime/status';
import { ObjectStore } from '../../../src/agent/runtime/store';
import type { Outcome, ReconcileContext, Reconciled, Reconciler, RecordedEvent, Ref } from '../../../src/agent/runtime/types';
import { Wakeups } from '../../../src/agent/runtime/wakeups';
import { kinds } from '../../../src/model/kinds';
import { FINALIZER } from '../../../src/model/labels';
import { keyOf, type ObjectId } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';
import { settle } from './fake-timing';

type Reconcile = (object: Reconciled, context: ReconcileContext) => Promise<Outcome>;

const ready: Outcome = { type: 'ready', reason: 'Succeeded', message: 'done' };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const id = (name: string): ObjectId => ({ group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization', namespace: 'dev', name });
const ref = (name: string): Ref => ({ kind: 'Kustomization', namespace: 'dev', name });

async function room(reconcile: Reconcile, finalize?: Reconcile, statusAfter?: Reconciler['statusAfter'], quarantine?: Quarantine) {
  const client = new MemoryClient();
  const store = new ObjectStore();
  const events: RecordedEvent[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const stop = new AbortController();
  stops.push(() => {
    stop.abort();
    void controller?.stop();
  });
  const informers = new Informers(client, store, log, stop.signal);
  const recorder = new Recorder((text) => text.replaceAll('hunter2', '***'));
  recorder.subscribe((event) => events.push(event));
  const status = new StatusWriter({ client, store, redact: (text) => text.replaceAll('hunter2', '***'), now: () => new Date(0) });
  let controller: Controller | undefined;
  const requestReconcile = (target: Ref, cause: string) => controller!.request(target, cause);
  const wakeups = new Wakeups({ store, informers, watchValues: () => () => {}, requestReconcile });
  const deps = { client, store, status, wakeups, recorder, log, concurrency: 2, quarantine };
  controller = new Controller({ kind: kinds.Kustomization, leases: [], reconcile, finalize, statusAfter }, deps);
  const synced = informers.start(kinds.Kustomization);
  await settle();
  await synced;
  controller.start();
  const add = async (name: string, spec: object = {}, metadata: object = {}) => {
    await client.create({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace: 'dev', ...metadata },
      spec,
    });
    await settle();
  };
  const get = (name: string) => client.objects.get(keyOf(id(name))) as Reconciled | undefined;
  const conditions = (name: string) => (get(name)?.status?.conditions ?? []).map((one) => `${one.type}=${one.status} ${one.reason}: ${one.message}`);
  /** What was sent for an object, the request that made it aside. */
  const sent = () => client.requests.filter((request) => /^(patch|update|get)/.test(request)).map((request) => request.split(' ')[0]);
  return { client, store, events, controller, add, get, conditions, sent, requestReconcile };
}

test('a new object is reconciled and its status written once', async () => {
  const { add, conditions, get, sent } = await room(async () => ready);
  await add('a');
  expect(conditions('a')).toEqual(['Ready=True Succeeded: done']);
  expect(get('a')!.status!.observedGeneration).toBe(1);
  expect(sent()).toEqual(['patch-status']);
});

test('a reconcile that changes nothing sends nothing, and our own writes cause no visit', async () => {
  let visits = 0;
  const { add, sent, requestReconcile } = await room(async (_object, { writeStatus }) => {
    visits++;
    await writeStatus({ fields: { inventory: { entries: [1] } } });
    return ready;
  });
  await add('a');
  expect([visits, sent()]).toEqual([1, ['patch-status', 'patch-status']]);
  requestReconcile(ref('a'), 'interval');
  await settle();
  expect([visits, sent()]).toEqual([2, ['patch-status', 'patch-status']]);
});

test('what is written ahead says that work is in progress', async () => {
  let during: string[] = [];
  const world = await room(async (_object, { writeStatus }) => {
    await writeStatus({ fields: { inventory: { entries: [] } } });
    during = world.conditions('a');
    return ready;
  });
  await world.add('a');
  expect(during).toEqual(['Ready=Unknown Progressing: Reconciliation in progress', 'Reconciling=True Progressing: Reconciliation in progress']);
  expect(world.conditions('a')).toEqual(['Ready=True Succeeded: done']);
});

test('an error becomes a condition and an event, without the secret in it; the event comes once', async () => {
  const { add, conditions, events, get, requestReconcile } = await room(async () => {
    throw new Error('password hunter2 is wrong');
  });
  await add('a');
  requestReconcile(ref('a'), 'requested');
  await settle();
  expect(conditions('a')[0]).toBe('Ready=False ReconciliationFailed: password *** is wrong');
  expect(events.map(({ type, reason, message }) => [type, reason, message])).toEqual([['Warning', 'ReconciliationFailed', 'password *** is wrong']]);
  expect(get('a')!.status!.observedGeneration).toBeUndefined();
});

test('an outcome may tell something else than that it is ready, once the status is written', async () => {
  const event = { type: 'Normal', reason: 'NewArtifact', message: 'stored', metadata: { revision: '1' } } as const;
  const { add, events, get } = await room(async () => ({ ...ready, event }));
  await add('a');
  expect(events).toEqual([{ ...event, object: get('a'), at: expect.any(Date) }]);
});

test('a kind may have a status of its own, told of where it changes, without the secret in it', async () => {
  const condition = (outcome: Outcome) => ({ type: 'Ready', status: 'False', reason: outcome.type, message: 'not with hunter2' }) as const;
  const { add, events, get, requestReconcile, sent } = await room(
    async () => ({ type: 'failed', reason: 'x', error: new Error('y') }),
    undefined,
    (outcome, object) => ({ observedGeneration: object.metadata.generation, conditions: [condition(outcome)] }),
  );
  await add('a');
  requestReconcile(ref('a'), 'requested');
  await settle();
  expect(get('a')!.status).toEqual({
    observedGeneration: 1,
    conditions: [{ type: 'Ready', status: 'False', reason: 'failed', message: 'not with ***' }],
  });
  expect(events.map(({ type, reason, message }) => [type, reason, message])).toEqual([['Warning', 'failed', 'not with ***']]);
  expect(sent()).toEqual(['patch-status']);
});

test.each<[Ended, Outcome]>([
  [{ as: 'ready' }, ready],
  [{ as: 'unchanged' }, { type: 'unchanged' }],
  [
    { as: 'unchanged', isDone: true },
    { type: 'unchanged', isDone: true },
  ],
])('who watches for crashes is told that a visit ended: %j', async (told, outcome) => {
  const endings: Ended[] = [];
  const entry = { pause: () => {}, resume: async () => {}, end: (ended: Ended) => endings.push(ended) };
  const quarantine = { outcomeFor: () => undefined, enter: async () => entry } as unknown as Quarantine;
  const { add } = await room(async () => outcome, undefined, undefined, quarantine);
  await add('a');
  expect(endings).toEqual([told]);
});

test('what is unchanged is neither written nor told, and looked at again', async () => {
  let lookedAtAgain: (causes: readonly string[]) => void;
  const again = new Promise<readonly string[]>((resolve) => (lookedAtAgain = resolve));
  const visits = [async () => ready, async () => ({ type: 'unchanged', againMs: 1 }) as const];
  const { add, conditions, events, sent, requestReconcile } = await room(async (_object, { causes }) => {
    const visit = visits.shift();
    if (visit !== undefined) return await visit();
    lookedAtAgain([...causes]);
    return { type: 'unchanged' };
  });
  await add('a');
  requestReconcile(ref('a'), 'source');
  expect(await again).toEqual(['interval']);
  expect([sent(), conditions('a'), events.length]).toEqual([['patch-status'], ['Ready=True Succeeded: done'], 1]);
});

test('a manual request is acknowledged', async () => {
  const { add, client, get } = await room(async () => ready);
  await add('a');
  client.edit(id('a'), { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } });
  await settle();
  expect(get('a')!.status!.lastHandledReconcileAt).toBe('now');
});

test('a suspended object is left alone', async () => {
  const { add, sent, client, conditions } = await room(async () => ready);
  await add('a', { suspend: true });
  expect(sent()).toEqual([]);
  client.edit(id('a'), { spec: { suspend: false } });
  await settle();
  expect(conditions('a')).toHaveLength(1);
});

test('the finalizer is set before work, and let go when the reconciler says so', async () => {
  const order: string[] = [];
  let free = false;
  const { add, client, get, requestReconcile } = await room(
    async (object) => {
      order.push(`reconcile ${object.metadata.finalizers}`);
      return ready;
    },
    async () => {
      order.push('finalize');
      return free ? { type: 'finalized' } : { type: 'waiting', reason: 'Terminating', message: '', on: [] };
    },
  );
  await add('a');
  await client.delete(id('a'));
  await settle();
  expect(get('a')).toBeDefined();
  free = true;
  requestReconcile(ref('a'), 'dependency');
  await settle();
  expect(get('a')).toBeUndefined();
  expect(order).toEqual([`reconcile ${FINALIZER}`, 'finalize', 'finalize']);
});

test("Flux's finalizer goes where we have nothing to finalize", async () => {
  const { add, client, get } = await room(async () => ready);
  await add('a', {}, { finalizers: [FINALIZER] });
  await client.delete(id('a'));
  await settle();
  expect(get('a')).toBeUndefined();
});

describe('waiting', () => {
  const waitsFor =
    (name: string): Reconcile =>
    async (object) =>
      object.metadata.name === name ? ready : { type: 'waiting', reason: 'DependencyNotReady', message: name, on: [ref(name)] };

  test('a waiting object is visited when what it waits for changes, and not before', async () => {
    const visits: string[] = [];
    const { add, conditions } = await room(async (object, context) => {
      visits.push(object.metadata.name);
      return await waitsFor('base')(object, context);
    });
    await add('app');
    await add('other');
    expect(visits).toEqual(['app', 'other']);
    await add('base');
    expect(visits.slice(0, 3)).toEqual(['app', 'other', 'base']);
    expect(new Set(visits.slice(3))).toEqual(new Set(['app', 'other']));
    expect(conditions('app')[0]).toBe('Ready=False DependencyNotReady: base');
  });

  test('a change during its own reconcile is not missed', async () => {
    let goOn: () => void = () => {};
    let visits = 0;
    const { add, client } = await room(async (object, context) => {
      if (object.metadata.name === 'app' && ++visits === 1) await new Promise<void>((resolve) => (goOn = resolve));
      return await waitsFor('base')(object, context);
    });
    await add('base');
    await add('app');
    client.edit(id('base'), { spec: { path: 'new' } });
    await settle();
    goOn();
    await settle();
    expect(visits).toBeGreaterThanOrEqual(2);
  });
});

describe('a reconcile that waits in the middle', () => {
  async function waiting() {
    const signals: AbortSignal[] = [];
    const never: Reconcile = async (_object, { idle, signal }) => {
      signals.push(signal);
      if (signals.length > 1) return ready;
      return await idle(new Promise<Outcome>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
    };
    const world = await room(never);
    await world.add('a');
    return { ...world, signals };
  }

  test('is cut short by a new spec, says nothing, and is followed by another', async () => {
    const { client, signals, conditions, events } = await waiting();
    client.edit(id('a'), { spec: { path: 'new' } });
    await settle();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    expect(conditions('a')).toEqual(['Ready=True Succeeded: done']);
    expect(events).toHaveLength(1);
  });

  test('goes on when something of no import changes', async () => {
    const { client, requestReconcile, signals } = await waiting();
    client.edit(id('a'), { metadata: { annotations: { note: 'x' } } });
    requestReconcile(ref('a'), 'drift');
    await settle();
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });

  test('ends when the agent stops, and leaves the status as it is', async () => {
    const { controller, signals, sent } = await waiting();
    await controller.stop();
    expect(signals[0]!.aborted).toBe(true);
    expect(sent()).toEqual([]);
  });

  test('holds no worker', async () => {
    const { add, conditions } = await waiting();
    for (const name of ['b', 'c', 'd']) await add(name);
    expect(['b', 'c', 'd'].map((name) => conditions(name).length)).toEqual([1, 1, 1]);
  });
});

test('a status write that meets a newer object is made on top of it', async () => {
  const { add, client, get, sent } = await room(async (object) => {
    if (object.metadata.generation === 1) client.edit(id('a'), { metadata: { labels: { team: 'x' } } });
    return ready;
  });
  // The watch is late: the store does not see the label before the write.
  const edited = client.edit.bind(client);
  client.edit = (target, patch) => {
    const watchers = (client as unknown as { watchers: Set<unknown> }).watchers;
    const held = [...watchers];
    watchers.clear();
    const object = edited(target, patch);
    for (const watcher of held) watchers.add(watcher);
    return object;
  };
  await add('a');
  expect(get('a')!.metadata.labels).toEqual({ team: 'x' });
  expect(get('a')!.status!.conditions).toHaveLength(1);
  expect(sent().slice(0, 3)).toEqual(['patch-status', 'get', 'patch-status']);
});

test('an object that was deleted and made anew does not get the status of the one before', async () => {
  let goOn: () => void = () => {};
  const uids: unknown[] = [];
  const { add, client, get } = await room(async (object) => {
    uids.push(object.metadata.uid);
    if (uids.length > 1) return { type: 'ready', reason: 'Second', message: '' };
    await new Promise<void>((resolve) => (goOn = resolve));
    return { type: 'ready', reason: 'First', message: '', change: { fields: { old: true } } };
  });
  await add('a');
  await client.delete(id('a'));
  await add('a');
  goOn();
  await settle();
  expect(new Set(uids).size).toBe(2);
  expect(get('a')!.status!.conditions!.map((one) => one.reason)).toEqual(['Second']);
  expect(get('a')!.status).not.toHaveProperty('old');
});
