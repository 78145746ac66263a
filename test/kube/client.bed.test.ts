import { errors } from '../../src/common/errors';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { isAlreadyExists, isConflict, isForbidden, isImmutable, isInvalid } from '../../src/kube/status-error';
import type { WatchEvent } from '../../src/kube/types';
import type { KubeObject, ObjectId } from '../../src/model/object';
import { useBed } from '../support/bed';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });

let client: RawKubeClient;
const requests: { verb: string; resource: string; status: number }[] = [];
beforeAll(() => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig), { onRequest: (request) => requests.push(request) });
});
afterAll(() => client.close());

const id = (name: string, kind = 'ConfigMap', namespace = 'default'): ObjectId => ({ group: '', version: 'v1', kind, namespace, name });
const configMap = (name: string, data: object = {}, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };

/** Collects events until one fits. */
function watcher(namespace: string, as?: 'metadata') {
  const stop = new AbortController();
  const events: WatchEvent[] = [];
  let check: () => void = () => {};
  client.watch(
    configMaps,
    { namespace, as },
    (event) => {
      events.push(event);
      check();
    },
    stop.signal,
  );
  const until = (fits: (event: WatchEvent) => boolean) =>
    new Promise<WatchEvent>((resolve) => {
      check = () => {
        const found = events.find(fits);
        if (found !== undefined) resolve(found);
      };
      check();
    });
  return { events, until, stop: () => stop.abort() };
}

const named = (type: string, name: string) => (event: WatchEvent) => event.type === type && 'object' in event && event.object.metadata.name === name;

test('an object is created, read, replaced, patched and deleted', async () => {
  expect(await client.get(id('life'))).toBeUndefined();
  const created = await client.create<KubeObject>(configMap('life', { a: '1' }));
  expect(isAlreadyExists(await client.create(configMap('life')).catch((error: Error) => error))).toBe(true);
  const replaced = await client.replace({ ...created, data: { a: '2' } });
  const stale = await client.replace({ ...created, data: { a: '3' } }).catch((error: Error) => error);
  expect(isConflict(stale)).toBe(true);
  await client.patch(id('life'), 'merge', { data: { b: '1' } });
  await client.patch(id('life'), 'json', [{ op: 'remove', path: '/data/a' }]);
  expect((await client.get(id('life')))!.data).toEqual({ b: '1' });
  expect((await client.get(id('life'), { as: 'metadata' }))!).toMatchObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { uid: replaced.metadata.uid },
  });
  const wrong = await client.delete(id('life'), { uid: 'other' }).catch((error: Error) => error);
  expect(isConflict(wrong)).toBe(true);
  expect([await client.delete(id('life')), await client.delete(id('life'))]).toEqual([true, false]);
});

test('applied bytes arrive as they are: nothing the client does not know is lost', async () => {
  await client.apply(
    { ...id('widgets.acme.io', 'CustomResourceDefinition', ''), group: 'apiextensions.k8s.io' },
    JSON.stringify(crd('widgets', 'Widget')),
    {
      fieldManager: 'test',
    },
  );
  const widget: ObjectId = { group: 'acme.io', version: 'v1', kind: 'Widget', namespace: 'default', name: 'w' };
  const bytes =
    '{"apiVersion":"acme.io/v1","kind":"Widget","metadata":{"name":"w","namespace":"default"},"spec":{"odd":{"deep":[1,{"x":null}]},"text":"1.10"}}';
  const applied = await eventually(() => client.apply<KubeObject & { spec: unknown }>(widget, bytes, { fieldManager: 'test' }));
  expect(applied.spec).toEqual({ odd: { deep: [1, { x: null }] }, text: '1.10' });
  expect(applied.metadata.managedFields![0]).toMatchObject({ manager: 'test', operation: 'Apply' });
});

test('a kind that is defined later is found then, by calls and by a watch that waits for it', async () => {
  const late = { group: 'acme.io', version: 'v1', kind: 'Gadget' };
  const error = await client.apply({ ...late, namespace: 'default', name: 'g' }, '{}', { fieldManager: 'test' }).catch((thrown: Error) => thrown);
  expect(errors.KindUnknown.is(error)).toBe(true);
  const stop = new AbortController();
  const synced = new Promise<void>((resolve) => client.watch(late, {}, (event) => event.type === 'SYNCED' && resolve(), stop.signal));
  await client.create(crd('gadgets', 'Gadget'));
  await synced;
  stop.abort();
  const gadget = { apiVersion: 'acme.io/v1', kind: 'Gadget', metadata: { name: 'g', namespace: 'default' } };
  await client.create(gadget);
  expect(await client.apiVersions()).toEqual(expect.arrayContaining(['acme.io/v1', 'acme.io/v1/Gadget', 'v1/ConfigMap', 'apps/v1/Scale']));
  expect(await client.kindCalled('gadgets.acme.io')).toMatchObject({ group: 'acme.io', kind: 'Gadget' });
  expect(await client.kindCalled('cm')).toMatchObject({ group: '', kind: 'ConfigMap' });
  expect(await client.kindCalled('events')).toMatchObject({ group: '', kind: 'Event' });
  expect(await client.get({ ...late, version: 'v9', namespace: 'default', name: 'g' })).toMatchObject(gadget);

  await client.delete({ group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '', name: 'gadgets.acme.io' });
  await eventually(async () => expect(await client.get({ ...late, namespace: 'default', name: 'g' })).toBeUndefined());
});

test('a list of more than a page is whole, in pages', async () => {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } });
  await Promise.all(Array.from({ length: 1100 }, (_, at) => client.create(configMap(`c-${at}`, { at: String(at) }, 'many'))));
  requests.length = 0;
  const all = await client.list(configMaps, { namespace: 'many' });
  expect(new Set(all.map((object) => object.metadata.name)).size).toBe(1100);
  expect(all[700]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: expect.anything() });
  expect(requests.map(({ verb }) => verb)).toEqual(['list', 'list', 'list']);
  const metadata = await client.list(configMaps, { namespace: 'many', as: 'metadata', fieldSelector: 'metadata.name=c-7' });
  expect(metadata).toEqual([expect.objectContaining({ apiVersion: 'v1', kind: 'ConfigMap' })]);
  expect(metadata[0]).not.toHaveProperty('data');
});

test('pages shrink where objects are large', async () => {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'large' } });
  await Promise.all(Array.from({ length: 520 }, (_, at) => client.create(configMap(`c-${at}`, at < 505 ? { at: 'x'.repeat(20_000) } : {}, 'large'))));
  requests.length = 0;
  expect(await client.list(configMaps, { namespace: 'large' })).toHaveLength(520);
  expect(requests.length).toBeGreaterThanOrEqual(2);
});

test('a watch tells what was there, when that is all, and then every change', async () => {
  await client.create(configMap('before'));
  const { events, until, stop } = watcher('default', 'metadata');
  await until((event) => event.type === 'SYNCED');
  expect(events.find((event) => event.type === 'SYNCED')).toMatchObject({ keys: expect.any(Set) });
  await client.create(configMap('during'));
  await until(named('ADDED', 'during'));
  await client.patch(id('during'), 'merge', { data: { a: '1' } });
  const modified = await until(named('MODIFIED', 'during'));
  expect(modified).toMatchObject({ object: { apiVersion: 'v1', kind: 'ConfigMap' } });
  expect(modified).not.toHaveProperty('object.data');
  await client.delete(id('during'));
  await until(named('DELETED', 'during'));
  stop();
});

test('refusals are told apart', async () => {
  const nobody = client.as({ impersonate: 'system:serviceaccount:default:nobody' });
  expect(isForbidden(await nobody.list(configMaps).catch((error: Error) => error))).toBe(true);
  expect(isInvalid(await client.create(configMap('Not A Name')).catch((error: Error) => error))).toBe(true);
  const frozen = { ...configMap('frozen', { a: '1' }), immutable: true };
  await client.create(frozen);
  const changed = await client.patch(id('frozen'), 'merge', { data: { a: '2' } }).catch((error: Error) => error);
  expect(isImmutable(changed)).toBe(true);
});

test('a guard that says no keeps every write from the server, and no read', async () => {
  const closed = client.as({
    guard: () => {
      throw errors.LeaseLost({ lease: 'x' });
    },
  });
  requests.length = 0;
  await expect(closed.create(configMap('never'))).rejects.toThrow('FL5030');
  await expect(closed.patch(id('before'), 'merge', { data: {} })).rejects.toThrow('FL5030');
  await expect(closed.delete(id('before'))).rejects.toThrow('FL5030');
  expect(await closed.get(id('before'))).toBeDefined();
  expect(await client.get(id('never'))).toBeUndefined();
});

function crd(plural: string, kind: string) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.acme.io` },
    spec: { group: 'acme.io', scope: 'Namespaced', names: { plural, kind }, versions: [{ name: 'v1', served: true, storage: true, schema }] },
  };
}

/** For what the server itself does in its own time. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
