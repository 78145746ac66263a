import type { KubeObject } from '../../../src/model/object';
import { untilObject } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { resume, suspend, told } from '../../support/suspend';
import { BedWorld, isReady } from './bed-world';
import { sampleChart } from './sample-chart';

let world: BedWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.close());
const bed = useBed({ git: false, registry: false });

beforeAll(async () => {
  world = await BedWorld.on(bed());
  await world.start();
}, BUILD_TIMEOUT_MS);

const deploymentIn = (namespace: string) => ({ group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'web' });
const refIn = (namespace: string) => ({ kind: 'Deployment', namespace, name: 'web' });
const replicasOf = (object: KubeObject | undefined) => (object?.spec as { replicas: number } | undefined)?.replicas;
const replicasAre = (namespace: string, count: number) => untilObject(world.client, deploymentIn(namespace), (one) => replicasOf(one) === count);
const scaleByHand = (namespace: string, replicas: number) =>
  world.client.patch(deploymentIn(namespace), 'merge', { spec: { replicas } }, { fieldManager: 'kubectl-edit' });

async function released(name: string): Promise<string> {
  const namespace = await world.namespace(name);
  world.commit('web', sampleChart());
  await world.want(namespace, 'web', { driftDetection: { mode: 'enabled' } });
  await world.untilReady(namespace, 'web');
  return namespace;
}

test('an edit of an object of a release is undone, and told of: whose it was, of which field, and how to keep one', async () => {
  const namespace = await released('reverted');
  await scaleByHand(namespace, 3);
  await replicasAre(namespace, 1);
  const says = `Deployment/${namespace}/web: kubectl-edit changed spec.replicas, and it is as Git has it again. `;
  await told(world.client, 'EditReverted', says, namespace);
});

test('suspended, an object of a release is left as somebody made it, by an upgrade too; resumed, it is as the release says', async () => {
  const namespace = await released('suspended');
  await suspend(world.client, refIn(namespace));
  await told(world.client, 'Suspended', `Deployment/${namespace}/web is suspended by ada`, namespace);
  await scaleByHand(namespace, 3);
  await world.want(namespace, 'web', { driftDetection: { mode: 'enabled' }, values: { replicas: 2, tag: '2.0' } });
  await world.until(namespace, 'web', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);
  expect(replicasOf(await world.client.get(deploymentIn(namespace)))).toBe(3);
  await resume(world.client, refIn(namespace));
  await replicasAre(namespace, 2);
});

test('a suspended release takes no change until it is resumed', async () => {
  const namespace = await released('release');
  const of = { kind: 'HelmRelease', namespace, name: 'web' };
  await suspend(world.client, of);
  await told(world.client, 'Suspended', `HelmRelease/${namespace}/web is suspended by ada`, namespace);
  await world.want(namespace, 'web', { driftDetection: { mode: 'enabled' }, values: { replicas: 2 } });
  await scaleByHand(namespace, 3);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(replicasOf(await world.client.get(deploymentIn(namespace)))).toBe(3);
  expect((await world.release(namespace, 'web'))?.status?.history?.[0]?.version).toBe(1);
  await resume(world.client, of);
  await world.until(namespace, 'web', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);
  await replicasAre(namespace, 2);
});
