import { ValuesWatch } from '../../../src/agent/runtime/values-watch';
import type { KubeObject, ObjectId } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';
import { settle } from './fake-timing';

const id = (name: string): ObjectId => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name });
const ref = (name: string) => ({ kind: 'ConfigMap', namespace: 'dev', name });
const make = (client: MemoryClient, name: string) =>
  client.create<KubeObject>({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'dev' } });

function world() {
  const client = new MemoryClient();
  const watched: string[] = [];
  const watch = client.watch.bind(client);
  client.watch = (kind, selection, onEvent, signal) => {
    watched.push(selection.fieldSelector ?? 'all');
    watch(kind, selection, onEvent, signal);
  };
  const values = new ValuesWatch(client, () => {});
  const told: string[] = [];
  const interest = (name: string, seen?: string) => values.watch(ref(name), () => told.push(name), seen);
  return { client, values, told, interest, watched };
}

test('a change, an appearance and a deletion are told; the state at the start is not', async () => {
  const { client, told, interest, values } = world();
  await make(client, 'a');
  interest('a');
  interest('absent');
  await settle();
  expect(told).toEqual([]);
  client.edit(id('a'), { data: { x: '1' } });
  await make(client, 'absent');
  await client.delete(id('absent'));
  expect(told).toEqual(['a', 'absent', 'absent']);
  values.close();
});

test('what changed between reading and watching is told', async () => {
  const { client, told, interest, values } = world();
  const read = await make(client, 'a');
  client.edit(id('a'), { data: { x: '1' } });
  interest('a', read.metadata.resourceVersion);
  interest('b', '');
  await settle();
  expect(told).toEqual(['a']);
  values.close();
});

test('few are watched by name, many together, and none is told twice for it', async () => {
  const { client, told, interest, watched, values } = world();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await make(client, name);
  for (const name of ['a', 'b', 'c']) interest(name);
  await settle();
  expect(watched).toEqual(['metadata.name=a', 'metadata.name=b', 'metadata.name=c']);
  for (const name of ['d', 'e']) interest(name);
  await settle();
  expect(watched.slice(3)).toEqual(['all', 'all']);
  expect(told).toEqual([]);
  for (const name of ['a', 'e']) client.edit(id(name), { data: { x: '1' } });
  expect(told).toEqual(['a', 'e']);
  values.close();
});

test('two may be interested in one object; who left is told nothing, and the last one ends the watch', async () => {
  const { client, told, interest, watched, values } = world();
  await make(client, 'a');
  const [first, second] = [interest('a'), interest('a')];
  await settle();
  first();
  client.edit(id('a'), { data: { x: '1' } });
  expect(told).toEqual(['a']);
  second();
  client.edit(id('a'), { data: { x: '2' } });
  expect(told).toEqual(['a']);
  interest('a');
  await settle();
  expect(watched).toHaveLength(2);
  values.close();
});
