import { selectionFor } from '../../../src/agent/apply/selections';
import type { Tracked } from '../../../src/agent/apply/tracked';
import { Tracker } from '../../../src/agent/apply/tracker';
import { StatusError } from '../../../src/kube/status-error';
import type { KubeClient, Selection, WatchEvent } from '../../../src/kube/types';
import { labels } from '../../../src/model/labels';
import { idOf, type KubeObject, keyOf } from '../../../src/model/object';

/** A server whose watch says what the test lets it say: orders of events that a real one shows only now and then. */
class ScriptedWatches {
  readonly watches: { selection: Selection; say: (event: WatchEvent) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  live: KubeObject | undefined;
  reads = 0;

  readonly client = {
    watch: (_kind: object, selection: Selection, say: (event: WatchEvent) => void, signal: AbortSignal, fail: (error: Error) => void) => {
      this.watches.push({ selection, say, fail, signal });
    },
    get: async () => {
      this.reads += 1;
      return this.live;
    },
  } as unknown as KubeClient;

  say(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.watches.at(-1)!.say({ type, object });
  }

  sync(...objects: KubeObject[]): void {
    this.watches.at(-1)!.say({ type: 'SYNCED', keys: new Set(objects.map((object) => keyOf(idOf(object)))) });
  }
}

const OWNER = 'Kustomization/flux-system/apps';
const MANAGER = 'kustomize-controller';
const ORIGIN = { [labels.kustomizeName]: 'apps' };

function widget(version: number, size = 1, more: object = {}, uid = 'u1'): KubeObject {
  const managedFields = [{ manager: MANAGER, operation: 'Apply' as const, apiVersion: 'x/v1', fieldsV1: { 'f:spec': { 'f:size': {} } } }];
  const metadata = { name: 'a', namespace: 'dev', uid, resourceVersion: String(version), labels: ORIGIN, managedFields, ...more };
  return { apiVersion: 'widgets.example/v1', kind: 'Widget', metadata, spec: { size } };
}
const id = idOf(widget(1));

let server: ScriptedWatches;
let drifts: string[];
let tracker: Tracker;
let tracked: Tracked;
beforeEach(() => {
  server = new ScriptedWatches();
  drifts = [];
  tracker = new Tracker(server.client, (object) => drifts.push(object.drift!), Date.now);
  tracked = tracker.track(id, { owner: OWNER, selection: selectionFor(id, ORIGIN), fieldManager: MANAGER });
});
afterEach(() => tracker.watches.close());

const apply = (object: KubeObject) => tracker.states.settle(tracked, object, 'applied');
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an event that comes before the answer to the write it is of is no drift', async () => {
  apply(widget(1, 1));
  await tracker.writing(tracked, async () => {
    server.say('MODIFIED', widget(2, 2));
    apply(widget(2, 2));
  });
  expect(drifts).toEqual([]);
});

test('a change by somebody else during a write of ours is drift once it is answered', async () => {
  await tracker.writing(tracked, async () => {
    server.say('MODIFIED', widget(3, 9));
    apply(widget(2, 2));
    expect(drifts).toEqual([]);
  });
  expect(drifts).toEqual(['changed']);
});

test('events of earlier versions say nothing', () => {
  apply(widget(5, 2));
  server.say('MODIFIED', widget(4, 1));
  server.say('DELETED', widget(4, 1));
  expect([drifts, tracked.health.status]).toEqual([[], 'Current']);
});

test('versions are compared as numbers', () => {
  apply(widget(9));
  server.say('MODIFIED', widget(10, 2));
  expect(drifts).toEqual(['changed']);
});

test('the end of an earlier object of that name says nothing of the new one', () => {
  apply(widget(5, 1, {}, 'u2'));
  server.say('DELETED', widget(6, 1, { deletionTimestamp: 'now' }, 'u1'));
  expect(drifts).toEqual([]);
});

test('drift is told once, and not at all where the object is again as it was', () => {
  apply(widget(1));
  server.say('MODIFIED', widget(2, 2));
  server.say('MODIFIED', widget(3, 3));
  expect(drifts).toEqual(['changed']);
  server.say('MODIFIED', widget(4, 1));
  expect(tracked.drift).toBeUndefined();
});

test('an object that is being deleted is drift only when it is gone', () => {
  apply(widget(1));
  server.say('MODIFIED', widget(2, 1, { deletionTimestamp: 'now' }));
  expect([drifts, tracked.health.status]).toEqual([[], 'Terminating']);
  server.say('DELETED', widget(3, 1, { deletionTimestamp: 'now' }));
  expect([drifts, tracked.health.status]).toEqual([['deleted'], 'NotFound']);
});

test('an object that only lost its label is not taken for deleted', async () => {
  apply(widget(1));
  server.live = widget(2, 1, { labels: {}, managedFields: [] });
  server.say('DELETED', widget(2, 1));
  await turn();
  expect([drifts, tracked.health.status]).toEqual([['changed'], 'Current']);
  // Its watch no longer shows it: from here on it is watched by name.
  expect([server.watches.length, server.watches[1].selection.fieldSelector]).toEqual([2, 'metadata.name=a']);
  server.say('DELETED', widget(3, 1));
  expect(tracked.health.status).toBe('NotFound');
});

test('one that was deleted while a write of ours waits for its answer is found gone, unless that write made it anew', async () => {
  const deletedDuringWrite = async (answer: KubeObject, live: KubeObject | undefined) => {
    await tracker.writing(tracked, async () => {
      server.live = undefined;
      server.say('DELETED', widget(3));
      await turn();
      apply(answer);
      server.live = live;
    });
    await turn();
    return drifts;
  };
  apply(widget(1));
  expect(await deletedDuringWrite(widget(4, 1, {}, 'u2'), widget(4, 1, {}, 'u2'))).toEqual([]);
  expect(await deletedDuringWrite(widget(2), undefined)).toEqual(['deleted']);
});

test('an object that a watch showed before anybody wanted it is known when somebody does', () => {
  const options = { owner: OWNER, selection: selectionFor(id, ORIGIN), fieldManager: MANAGER };
  const named = (name: string, more: object = {}) => widget(4, 1, { name, ...more });
  server.say('ADDED', named('paused', { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }));
  server.say('ADDED', named('gone'));
  server.say('DELETED', named('gone'));
  server.say('ADDED', named('missed'));
  server.sync(widget(1), named('paused'));
  const seen = ['paused', 'gone', 'missed'].map((name) => tracker.track({ ...id, name }, options));
  expect(seen.map(({ version, optOuts }) => [version, optOuts.ignored])).toEqual([
    [4, true],
    [0, false],
    [0, false],
  ]);
});

test('what a fresh list misses is looked up before it is called deleted', async () => {
  apply(widget(7));
  server.live = widget(7);
  server.sync();
  await turn();
  expect([drifts, server.reads]).toEqual([[], 1]);
  server.live = undefined;
  server.sync();
  await turn();
  expect(drifts).toEqual(['deleted']);
});

test('objects that ask to be left alone have no drift', () => {
  apply(widget(1));
  server.say('MODIFIED', widget(2, 2, { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }));
  expect([drifts, tracked.optOuts.ignored]).toEqual([[], true]);
});

test('objects of nobody are passed over', () => {
  server.say('ADDED', { ...widget(1), metadata: { name: 'theirs', namespace: 'dev', resourceVersion: '1' } });
  expect(tracker.size).toBe(1);
});

test('who may not watch everywhere watches his namespaces', () => {
  const forbidden = new StatusError('watch', 403, { message: 'widgets is forbidden', reason: 'Forbidden' });
  server.watches[0].fail(forbidden);
  expect(server.watches.map(({ selection }) => selection.namespace)).toEqual([undefined, 'dev']);
  tracker.track({ ...id, name: 'b', namespace: 'prod' }, { owner: OWNER, selection: selectionFor(id, ORIGIN), fieldManager: MANAGER });
  expect(server.watches.map(({ selection }) => selection.namespace)).toEqual([undefined, 'dev', 'prod']);
  server.watches[1].say({ type: 'ADDED', object: widget(1) });
  expect(tracked.health.status).toBe('Current');
});

test('a watch is shared by all objects of its kind and ends some time after the last of them', () => {
  jest.useFakeTimers();
  try {
    const other = tracker.track({ ...id, name: 'b' }, { owner: OWNER, selection: selectionFor(id, ORIGIN), fieldManager: MANAGER });
    expect(server.watches).toHaveLength(1);
    for (const object of [tracked, other]) {
      tracker.unclaim(object);
      tracker.dropUnneeded(object);
    }
    expect([tracker.size, server.watches[0].signal.aborted]).toEqual([0, false]);
    jest.advanceTimersByTime(60_000);
    expect(server.watches[0].signal.aborted).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});
