import { readyOf } from '../../../src/agent/runtime/dependencies';
import { kinds } from '../../../src/model/kinds';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { ChartsWorld } from './charts-world';

const bed = useBed({ git: false, scheduler: false, kwok: false });
let world: ChartsWorld;

beforeAll(async () => {
  world = await ChartsWorld.on(bed());
}, BUILD_TIMEOUT_MS);
afterAll(() => world.close());

const namespace = async (name: string) => {
  await bed().kubectl(['create', 'namespace', name]);
  return name;
};
const release = (chart: string, version: string, more: object = {}) => ({
  interval: '10m',
  driftDetection: { mode: 'enabled' },
  chart: { spec: { chart, version, sourceRef: { kind: 'HelmRepository', name: 'repository' }, ...more } },
});

test('a release follows the versions of a chart in an HTTP repository', async () => {
  const ns = await namespace('http');
  await world.publish('web', '1.0.0');
  await world.want(kinds.HelmRepository, ns, 'repository', { url: world.server.url, interval: '10m' });
  await world.want(kinds.HelmRelease, ns, 'web', release('web', '1.x', { valuesFiles: ['values.yaml', 'values-loud.yaml'] }));
  await world.untilReady(kinds.HelmRelease, ns, 'web');
  await world.untilData(ns, 'web', { version: '1.0.0', text: 'LOUD' });

  await world.publish('web', '1.1.0');
  await world.publish('web', '2.0.0');
  world.ask(kinds.HelmRepository, ns, 'repository');
  await world.untilData(ns, 'web', { version: '1.1.0' });
  expect(JSON.parse(await bed().helm(['history', 'web', '-n', ns, '-o', 'json']))).toMatchObject([{ chart: 'web-1.0.0' }, { chart: 'web-1.1.0' }]);
}, 120_000);

test('while its repository is down, a release stays ready and heals, also after a restart', async () => {
  const ns = await namespace('down');
  await world.publish('calm', '1.0.0');
  await world.want(kinds.HelmRepository, ns, 'repository', { url: world.server.url, interval: '10m' });
  await world.want(kinds.HelmRelease, ns, 'calm', release('calm', '*'));
  await world.untilReady(kinds.HelmRelease, ns, 'calm');
  await world.stop();
  await world.server.stop();
  await world.start();
  world.ask(kinds.HelmRepository, ns, 'repository');
  const repository = await world.until(kinds.HelmRepository, ns, 'repository', 'failed', (object) => readyOf(object)?.status === 'False');
  expect(repository.status?.artifact).toBeDefined();
  await bed().kubectl(['delete', 'configmap', 'calm', '-n', ns]);
  await world.untilData(ns, 'calm', { version: '1.0.0' });
  await world.untilReady(kinds.HelmRelease, ns, 'calm');
  await world.server.start();
}, 120_000);
