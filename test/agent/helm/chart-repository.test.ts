import type { HelmReleaseSpec } from '../../../src/agent/helm/helm-release';
import { errors } from '../../../src/common/errors';
import { annotations } from '../../../src/model/labels';
import { ReleaseWorld } from './release-world';
import { toyContent } from './toy-engine';

const sourceRef = { kind: 'HelmRepository', name: 'repo' };
const chart = (version: string): HelmReleaseSpec['chart'] => ({ spec: { chart: 'toy', version, sourceRef } });
const unreachable = errors.RegistryUnreachable({ url: 'https://charts.example.com', reason: 'refused' });
const newer = { name: 'toy', version: '0.2.0', objects: ['a', 'c'] };

async function released(version = '0.x') {
  const world = new ReleaseWorld({ chart: chart(version), driftDetection: { mode: 'enabled' } });
  await world.visit();
  return world;
}

/** Somebody deletes an object of the release. */
function drift(world: ReleaseWorld): void {
  const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'a' };
  world.cluster.remove(id);
  world.applied.drifting.get('app')?.([{ id, what: 'deleted' }]);
}

test('a chart in a repository is looked for by name and range, without a HelmChart', async () => {
  const world = await released('>=0.1 <1');
  expect(world.condition('Ready')).toMatch(/^True InstallSucceeded/);
  expect([...world.looked]).toEqual(['toy@>=0.1 <1']);
});

test('while its repository cannot be asked a release stays as it was, and heals', async () => {
  const world = await released();
  const before = { ready: world.condition('Ready'), writes: world.statusWrites };
  world.start();
  world.unresolved = unreachable;
  drift(world);
  expect(await world.visit('drift')).toEqual({ type: 'unchanged', againMs: 600_000 });
  expect(Object.keys(world.live())).toEqual(['a', 'b']);
  expect({ ready: world.condition('Ready'), writes: world.statusWrites }).toEqual(before);
});

test('what its repository cannot be asked for a changed spec is told, and tried again', async () => {
  const world = await released();
  world.change({ chart: chart('^1') });
  world.unresolved = unreachable;
  expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'ArtifactFailed', error: { code: 'FL1101' } });
  expect(world.condition('Ready')).toContain('cannot reach https://charts.example.com');
  world.unresolved = undefined;
  expect(await world.visit()).toMatchObject({ type: 'ready' });
});

test('a chart that is wanted but not delivered is told, and tried again', async () => {
  const world = await released();
  world.chart = newer;
  world.undelivered = unreachable;
  expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'ArtifactFailed' });
  expect(world.revisions()).toEqual(['v1 deployed']);
  world.undelivered = undefined;
  await world.visit();
  expect(world.revisions()).toEqual(['v1 superseded', 'v2 deployed']);
});

test('that the repository has no such version any more is told; what is deployed is kept', async () => {
  const world = await released();
  world.unresolved = errors.ChartVersionMissing({ repository: 'https://charts.example.com', chart: 'toy', range: '0.x', count: 3 });
  drift(world);
  expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'ArtifactFailed', error: { code: 'FL1123' } });
  expect(Object.keys(world.live())).toEqual(['a', 'b']);
});

test('a chart of another digest than the locked one is not deployed until the lock says so', async () => {
  const world = await released();
  world.annotate({ [annotations.chartDigest]: toyContent(world.chart!).digest });
  expect(await world.visit()).toMatchObject({ type: 'ready' });
  world.chart = newer;
  expect(await world.visit()).toMatchObject({ type: 'stalled', reason: 'ChartDigestMismatch' });
  expect(world.condition('Stalled')).toContain(`where ${toyContent({ ...newer, version: '0.1.0', objects: ['a', 'b'] }).digest} is wanted`);
  expect(world.revisions()).toEqual(['v1 deployed']);
  world.annotate({ [annotations.chartDigest]: toyContent(newer).digest });
  await world.visit();
  expect(world.revisions()).toEqual(['v1 superseded', 'v2 deployed']);
});

test('a release of a HelmChart waits until that has a version, and takes exactly that', async () => {
  const world = new ReleaseWorld({ chart: undefined, chartRef: { kind: 'HelmChart', name: 'toy' } });
  expect(await world.visit()).toMatchObject({ type: 'waiting', on: [{ kind: 'HelmChart', namespace: 'dev', name: 'toy' }] });
  const found = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart', metadata: { name: 'toy', namespace: 'dev' } };
  const status = { artifact: { revision: '0.1.0' } };
  world.stored.set('HelmChart/dev/toy', { ...found, spec: { chart: 'toy', version: '0.x', interval: '1m', sourceRef }, status });
  expect(await world.visit()).toMatchObject({ type: 'ready' });
  expect([...world.looked]).toEqual(['toy@0.1.0']);
});

test('charts of other kinds are refused with what there is instead', async () => {
  const world = new ReleaseWorld({ chart: { spec: { chart: 'toy', sourceRef: { kind: 'Bucket', name: 'b' } } } });
  expect(await world.visit()).toMatchObject({
    type: 'failed',
    reason: 'ArtifactFailed',
    error: { remedy: expect.stringContaining('HelmRepository') },
  });
});

test('a chart whose signature is to be verified is not deployed unverified', async () => {
  const world = new ReleaseWorld({ chart: { spec: { chart: 'toy', sourceRef, verify: { provider: 'cosign' } } } });
  expect(await world.visit()).toMatchObject({
    type: 'stalled',
    reason: 'UnsupportedField',
    message: expect.stringContaining('spec.chart.spec.verify'),
  });
});

test('a HelmChart that Flux made for a release goes with it', async () => {
  const world = await released();
  const id = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'HelmChart', namespace: 'flux-system', name: 'dev-app' };
  world.cluster.put({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart', metadata: { namespace: 'flux-system', name: 'dev-app' } });
  world.object = { ...world.object, status: { ...world.object.status, helmChart: 'flux-system/dev-app' } };
  expect(await world.finalize()).toEqual({ type: 'finalized' });
  expect(world.cluster.get(id)).toBeUndefined();
});
