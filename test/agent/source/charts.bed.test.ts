import { readyOf } from '../../../src/agent/runtime/dependencies';
import type { Reconciled } from '../../../src/agent/runtime/types';
import { kinds } from '../../../src/model/kinds';
import { annotations } from '../../../src/model/labels';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { ChartsWorld } from './charts-world';
import { pushArtifact } from './push-artifact';

let world: ChartsWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.close());
const bed = useBed({ git: false, scheduler: false, kwok: false });

beforeAll(async () => {
  world = await ChartsWorld.on(bed());
}, BUILD_TIMEOUT_MS);

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
});

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
});

test('a chart of another digest than the locked one is refused, and nothing is applied', async () => {
  const ns = await namespace('locked');
  await world.publish('locked', '1.0.0');
  const digest = `sha256:${'0'.repeat(64)}`;
  await world.want(kinds.HelmRepository, ns, 'repository', { url: world.server.url, interval: '10m' });
  await world.want(kinds.HelmRelease, ns, 'locked', release('locked', '1.0.0'), { [annotations.chartDigest]: digest });
  const isRefused = (object: Reconciled) =>
    object.status?.conditions?.some(({ type, reason }) => type === 'Stalled' && reason === 'ChartDigestMismatch');
  const refused = await world.until(kinds.HelmRelease, ns, 'locked', 'refused', (object) => isRefused(object) ?? false);
  expect(readyOf(refused)?.message).toContain(`where ${digest} is wanted`);
  expect(await bed().helm(['list', '-n', ns, '-q'])).toBe('');
});

test('a release takes its chart from a registry, and the next version in its range', async () => {
  const ns = await namespace('registry');
  await world.push(await world.packageChart('reg', '1.0.0+build.1'));
  await world.want(kinds.HelmRepository, ns, 'repository', { type: 'oci', url: `oci://${bed().registry}/charts`, interval: '10m', insecure: true });
  await world.want(kinds.HelmRelease, ns, 'reg', release('reg', '~1.0'));
  await world.untilData(ns, 'reg', { version: '1.0.0+build.1' });
  await world.push(await world.packageChart('reg', '1.0.1'));
  world.ask(kinds.HelmRepository, ns, 'repository');
  await world.untilData(ns, 'reg', { version: '1.0.1' });
  await world.untilReady(kinds.HelmRelease, ns, 'reg');
});

test('a release takes its chart from an OCIRepository, with the digest that is locked', async () => {
  const ns = await namespace('artifact');
  await world.push(await world.packageChart('art', '1.0.0'));
  await world.want(kinds.OCIRepository, ns, 'art', {
    url: `oci://${bed().registry}/charts/art`,
    interval: '10m',
    insecure: true,
    ref: { semver: '1.x' },
    layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
  });
  const source = await world.untilReady(kinds.OCIRepository, ns, 'art');
  const revision = String((source.status?.artifact as { revision: string } | undefined)?.revision);
  expect(revision).toMatch(/^1\.0\.0@sha256:/);
  const spec = { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'art' } };
  await world.want(kinds.HelmRelease, ns, 'art', spec, { [annotations.chartDigest]: revision.split('@')[1] });
  await world.untilReady(kinds.HelmRelease, ns, 'art');
  await world.untilData(ns, 'art', { version: '1.0.0', text: 'plain' });

  await world.push(await world.packageChart('art', '1.1.0'));
  await world.want(kinds.HelmRelease, ns, 'art', spec);
  world.ask(kinds.OCIRepository, ns, 'art');
  await world.untilData(ns, 'art', { version: '1.1.0' });
});

test('a release takes its chart from a HelmChart', async () => {
  const ns = await namespace('by-chart');
  await world.publish('named', '1.0.0');
  await world.want(kinds.HelmRepository, ns, 'repository', { url: world.server.url, interval: '10m' });
  await world.want(kinds.HelmChart, ns, 'named', {
    chart: 'named',
    version: '1.x',
    interval: '10m',
    sourceRef: { kind: 'HelmRepository', name: 'repository' },
    valuesFiles: ['values-loud.yaml'],
  });
  await world.want(kinds.HelmRelease, ns, 'named', { interval: '10m', chartRef: { kind: 'HelmChart', name: 'named' } });
  await world.untilReady(kinds.HelmRelease, ns, 'named');
  await world.untilData(ns, 'named', { version: '1.0.0', text: 'LOUD' });
  const chart = await world.untilReady(kinds.HelmChart, ns, 'named');
  expect(chart.status).toMatchObject({ observedChartName: 'named', artifact: { revision: '1.0.0' } });
  expect(readyOf(chart)).toMatchObject({
    reason: 'ChartPackageSucceeded',
    message: "packaged 'named' chart with version '1.0.0' and merged values files [values-loud.yaml]",
  });

  await world.publish('named', '1.2.0');
  world.ask(kinds.HelmRepository, ns, 'repository');
  await world.untilData(ns, 'named', { version: '1.2.0', text: 'LOUD' });
});

test('a Kustomization applies a folder of an artifact', async () => {
  const ns = await namespace('folder');
  const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${ns}\ndata:\n  version: "1"\n`;
  const first = await pushArtifact(bed().registry, 'manifests', 'v1', { './deploy/map.yaml': map('one'), 'other/map.yaml': map('other') });
  await world.want(kinds.OCIRepository, ns, 'manifests', {
    url: `oci://${bed().registry}/manifests`,
    interval: '10m',
    insecure: true,
    ref: { tag: 'v1' },
  });
  const spec = { interval: '10m', prune: true, path: './deploy', sourceRef: { kind: 'OCIRepository', name: 'manifests' } };
  await world.want(kinds.Kustomization, ns, 'folder', spec);
  await world.untilData(ns, 'one', { version: '1' });
  const applied = await world.untilReady(kinds.Kustomization, ns, 'folder');
  expect(applied.status).toMatchObject({ lastAppliedRevision: `v1@${first}` });

  await pushArtifact(bed().registry, 'manifests', 'v1', { './deploy/map.yaml': map('two') });
  world.ask(kinds.OCIRepository, ns, 'manifests');
  await world.untilData(ns, 'two', { version: '1' });
  await world.untilGone(ns, 'one');
});
