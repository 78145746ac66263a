import { Suspensions } from '../../../src/agent/runtime/suspensions';
import type { KubeObject } from '../../../src/model/object';
import { printSuspension, SUSPENSIONS, type Suspension, suspensionKey } from '../../../src/model/suspension';
import { MemoryClient } from '../../kube/memory-client';
import { FakeTiming } from './fake-timing';

const START = Date.parse('2026-01-01T00:00:00Z');
const MAP = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'flux-system', name: SUSPENSIONS };
const log = { info: () => {}, warn: () => {}, error: () => {} };

let client: MemoryClient;
let timing: FakeTiming;
let suspensions: Suspensions;
let told: string[];
const stop = new AbortController();

beforeEach(() => {
  client = new MemoryClient();
  timing = new FakeTiming();
  told = [];
  suspensions = new Suspensions({ client, namespace: 'flux-system', log, timing, now: () => new Date(START + timing.now()) });
  suspensions.listen({
    began: ({ of, reason }) => told.push(`began ${of.name}: ${reason}`),
    ended: ({ of }, how) => told.push(`${how} ${of.name}`),
  });
});
afterAll(() => stop.abort());

function suspension(name: string, minutes: number, reason = 'looking'): Suspension {
  const until = new Date(START + timing.now() + minutes * 60_000).toISOString();
  return { of: { kind: 'Deployment', namespace: 'dev', name }, by: 'ada', since: new Date(START).toISOString(), until, reason };
}

async function have(...all: Suspension[]): Promise<void> {
  const data = Object.fromEntries(all.map((one) => [suspensionKey(one.of), printSuspension(one)]));
  const map = await client.get<KubeObject>(MAP);
  if (map === undefined)
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'flux-system', name: SUSPENSIONS }, data });
  else await client.replace({ ...map, data });
}

const isSuspended = (name: string) => suspensions.of({ kind: 'Deployment', namespace: 'dev', name }) !== undefined;

test('without the ConfigMap nothing is suspended, and it may come later', async () => {
  await suspensions.watch(stop.signal);
  expect([told, isSuspended('web')]).toEqual([[], false]);
  await have(suspension('web', 60));
  expect([told, isSuspended('web'), isSuspended('other')]).toEqual([['began web: looking'], true, false]);
});

test('what is suspended when the watch begins is known once that resolves', async () => {
  await have(suspension('web', 60));
  await suspensions.watch(stop.signal);
  expect(isSuspended('web')).toBe(true);
});

test('each ends at its own time, is told once, and its entry goes', async () => {
  await suspensions.watch(stop.signal);
  await have(suspension('web', 10), suspension('api', 20));
  await timing.advance(10 * 60_000 + 1);
  expect(told).toEqual(['began web: looking', 'began api: looking', 'expired web']);
  const map = await client.get(MAP);
  expect(Object.keys(map!.data as object)).toEqual([suspensionKey(suspension('api', 0).of)]);
  await timing.advance(10 * 60_000);
  expect(told.at(-1)).toBe('expired api');
});

test('who takes an entry out resumes, who changes one extends it, and what did not change is not told again', async () => {
  await suspensions.watch(stop.signal);
  const kept = suspension('api', 60);
  await have(suspension('web', 10), kept);
  await have(suspension('web', 120, 'still looking'), kept);
  await timing.advance(30 * 60_000);
  expect(isSuspended('web')).toBe(true);
  await have(kept);
  expect(told).toEqual(['began web: looking', 'began api: looking', 'began web: still looking', 'resumed web']);
});

test('what cannot be read hides no other', async () => {
  await suspensions.watch(stop.signal);
  const one = suspension('web', 60);
  const data = { broken: '{', [suspensionKey(one.of)]: printSuspension(one) };
  await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'flux-system', name: SUSPENSIONS }, data });
  expect(isSuspended('web')).toBe(true);
});
