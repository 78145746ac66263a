import { conditionTypes } from '../../../src/model/conditions';
import type { KubeObject } from '../../../src/model/object';
import { type SuspendedRef, suspensionKey } from '../../../src/model/suspension';
import { AGENT_NAMESPACE } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { resume, SUSPENSIONS_ID, suspend, told } from '../../support/suspend';
import { conditionOf, configMap, configMapId, KustomizeWorld, namespace } from './kustomize-world';

let world: KustomizeWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.stop());
const bed = useBed({ git: false, registry: false, scheduler: false, kwok: false });

beforeAll(async () => {
  world = await KustomizeWorld.start(bed());
}, BUILD_TIMEOUT_MS);

const suspended = (of: SuspendedRef, forMs?: number) => suspend(world.client, of, forMs);
const resumed = (of: SuspendedRef) => resume(world.client, of);
/** The agent has taken it in: an event says so. */
const heard = (reason: string, says: string) => told(world.client, reason, says);
const configMapRef = (name: string) => ({ kind: 'ConfigMap', namespace: name, name: 'a' });
const kustomizationRef = (name: string) => ({ kind: 'Kustomization', namespace: AGENT_NAMESPACE, name });
const keyIn = (object: KubeObject | undefined) => (object?.data as { key?: string } | undefined)?.key;
const edit = (name: string, key: string) => world.client.patch(configMapId(name, 'a'), 'merge', { data: { key } }, { fieldManager: 'kubectl-edit' });

async function app(): Promise<{ name: string; author: Awaited<ReturnType<KustomizeWorld['repository']>> }> {
  const name = world.unique();
  const author = await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'b.yaml': configMap(name, 'b') });
  await world.kustomization(name);
  await world.ready(name);
  return { name, author };
}

test('a suspended object is neither healed nor applied while all else is; resumed, it is as Git says at once', async () => {
  const { name, author } = await app();
  await suspended(configMapRef(name));
  await heard('Suspended', `ConfigMap/${name}/a is suspended by ada until`);
  await edit(name, 'by-hand');
  await world.ready(name, await world.push(author, name, { 'a.yaml': configMap(name, 'a', 'from-git'), 'b.yaml': configMap(name, 'b', 'from-git') }));
  expect(keyIn(await world.client.get(configMapId(name, 'b')))).toBe('from-git');
  expect(keyIn(await world.client.get(configMapId(name, 'a')))).toBe('by-hand');
  await edit(name, 'by-hand-again');
  await world.rest();
  expect(keyIn(await world.client.get(configMapId(name, 'a')))).toBe('by-hand-again');
  await resumed(configMapRef(name));
  await world.untilObject(configMapId(name, 'a'), (found) => keyIn(found) === 'from-git');
});

test('an agent that starts while an object is suspended leaves it alone, and heals it afterwards', async () => {
  const { name } = await app();
  await suspended(configMapRef(name));
  await heard('Suspended', `ConfigMap/${name}/a`);
  await edit(name, 'by-hand');
  await world.stopAgent();
  await world.startAgent();
  await world.rest();
  expect(keyIn(await world.client.get(configMapId(name, 'a')))).toBe('by-hand');
  await resumed(configMapRef(name));
  await world.untilObject(configMapId(name, 'a'), (found) => keyIn(found) === 'a');
});

test('what Git drops is not deleted while it is suspended, and then it is', async () => {
  const { name, author } = await app();
  await suspended(configMapRef(name));
  await heard('Suspended', `ConfigMap/${name}/a`);
  await world.ready(name, await world.push(author, name, { 'a.yaml': null }));
  expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
  await resumed(configMapRef(name));
  await world.gone(configMapId(name, 'a'));
});

test('a suspended Kustomization takes no commit; it says who, until when and why, and goes on by itself when the time is over', async () => {
  const { name, author } = await app();
  await suspended(kustomizationRef(name));
  const found = await world.until(name, (it) => conditionOf(it, conditionTypes.suspended) !== undefined);
  expect(conditionOf(found, conditionTypes.suspended)?.message).toMatch(/is suspended by ada until \S+: looking$/);
  expect(conditionOf(found, 'Ready')?.status).toBe('True');
  const revision = await world.push(author, name, { 'a.yaml': configMap(name, 'a', 'from-git') });
  await edit(name, 'by-hand');
  await world.fetched(name, revision);
  await world.rest();
  expect(keyIn(await world.client.get(configMapId(name, 'a')))).toBe('by-hand');
  const end = Date.now() + 1_000;
  await suspended(kustomizationRef(name), 1_000);
  const after = await world.ready(name, revision);
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  await world.untilObject(configMapId(name, 'a'), (it) => keyIn(it) === 'from-git');
  expect(conditionOf(after, conditionTypes.suspended)).toBeUndefined();
  await world.untilObject(SUSPENSIONS_ID, (map) => !(suspensionKey(kustomizationRef(name)) in ((map as { data?: object } | undefined)?.data ?? {})));
});

test('suspending the cluster suspends everything in it', async () => {
  const { name } = await app();
  const cluster = { kind: 'Cluster', namespace: '', name: 'gke' };
  await suspended(cluster);
  await heard('Suspended', 'everything is suspended by ada');
  await edit(name, 'by-hand');
  await world.rest();
  expect(keyIn(await world.client.get(configMapId(name, 'a')))).toBe('by-hand');
  await resumed(cluster);
  await world.untilObject(configMapId(name, 'a'), (found) => keyIn(found) === 'a');
});

test('an edit by hand that is undone is told of: whose it was, of which fields, and how to keep one', async () => {
  const { name } = await app();
  await edit(name, 'by-hand');
  await world.untilObject(configMapId(name, 'a'), (found) => keyIn(found) === 'a');
  await heard('EditReverted', `ConfigMap/${name}/a: kubectl-edit changed data.key, and it is as Git has it again. `);
  await heard('EditReverted', `fairlead suspend configmap/a -n ${name} --for 1h --reason TEXT`);
});
