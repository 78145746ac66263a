import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { labels } from '../../../src/model/labels';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { BedWorld, type ChartFiles, isReady } from './bed-world';
import { sampleChart } from './sample-chart';

let world: BedWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.close());
const bed = useBed({ git: false, registry: false });

beforeAll(async () => {
  world = await BedWorld.on(bed());
  await world.start();
}, BUILD_TIMEOUT_MS);

function folderOf(files: ChartFiles): string {
  const folder = join(bed().folder, `chart-${Math.random()}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const list = async (of: string) => JSON.parse(await bed().helm(['list', '-n', of, '-o', 'json'])) as Record<string, string>[];
const history = async (of: string, name: string) =>
  JSON.parse(await bed().helm(['history', name, '-n', of, '-o', 'json'])) as Record<string, string | number>[];

test('a release of the agent is to Helm what one of its own is', async () => {
  const [ours, theirs] = [await world.namespace('ours'), await world.namespace('theirs')];
  world.commit('web', sampleChart());
  await world.want(ours, 'web', { values: { replicas: 2 } });
  const object = await world.untilReady(ours, 'web');
  await bed().helm(['install', 'web', folderOf(sampleChart()), '-n', theirs, '--set', 'replicas=2']);

  for (const what of ['manifest', 'values', 'hooks', 'notes']) {
    expect(await bed().helm(['get', what, 'web', '-n', ours])).toBe(await bed().helm(['get', what, 'web', '-n', theirs]));
  }
  const [[one], [other]] = [await list(ours), await list(theirs)];
  expect({ ...one, namespace: '', updated: '' }).toEqual({ ...other, namespace: '', updated: '' });
  expect(await history(ours, 'web')).toMatchObject([
    { revision: 1, status: 'deployed', chart: 'web-0.1.0', app_version: '1.2', description: 'Install complete' },
  ]);

  const secretOf = async (of: string) =>
    JSON.parse(await bed().kubectl(['get', 'secret', 'sh.helm.release.v1.web.v1', '-n', of, '-o', 'json'])) as {
      type: string;
      metadata: { labels: Record<string, string> };
    };
  const [mine, his] = [await secretOf(ours), await secretOf(theirs)];
  expect(mine.type).toBe(his.type);
  const {
    [labels.releaseChart]: chart,
    [labels.releaseConfig]: config,
    [labels.releaseRevision]: revision,
    modifiedAt: _,
    ...rest
  } = mine.metadata.labels;
  expect(rest).toEqual((({ modifiedAt: __, ...all }) => all)(his.metadata.labels));
  expect([chart, config, revision]).toEqual([expect.stringMatching(/^sha256-/), expect.stringMatching(/^sha256-/), '1']);

  const live = JSON.parse(await bed().kubectl(['get', 'deployment', 'web', '-n', ours, '-o', 'json', '--show-managed-fields'])) as {
    metadata: { labels: object; annotations: object; managedFields: { manager: string }[] };
  };
  expect(live.metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.toolkit.fluxcd.io/name': 'web',
    'helm.toolkit.fluxcd.io/namespace': ours,
  });
  expect(live.metadata.annotations).toMatchObject({ 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': ours });
  expect(live.metadata.managedFields.map(({ manager }) => manager)).toContain('helm');

  expect(object.status?.conditions?.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['Ready', 'True', 'InstallSucceeded'],
    ['Released', 'True', 'InstallSucceeded'],
  ]);
  expect(object.status).toMatchObject({
    storageNamespace: ours,
    lastAttemptedReleaseAction: 'install',
    lastAttemptedRevision: '0.1.0',
    history: [
      {
        apiVersion: 'v2',
        name: 'web',
        namespace: ours,
        version: 1,
        status: 'deployed',
        action: 'install',
        chartName: 'web',
        chartVersion: '0.1.0',
        appVersion: '1.2',
      },
    ],
    inventory: { entries: expect.arrayContaining([{ id: `${ours}_web_apps_Deployment`, v: 'v1' }]) },
  });
});

test('changed values and a changed chart make new revisions, and what the chart lost is deleted', async () => {
  const ns = await world.namespace('upgrades');
  world.commit('web', sampleChart({ 'templates/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n' }));
  await world.want(ns, 'web', {});
  await world.untilReady(ns, 'web');
  await world.want(ns, 'web', { values: { tag: '2.0' } });
  await world.until(ns, 'web', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);
  world.commit('web', sampleChart());
  const object = await world.until(ns, 'web', (one) => isReady(one) && one.status?.history?.[0]?.version === 3);
  expect(object.status?.conditions?.[0]?.message).toBe(`Helm upgrade succeeded for release ${ns}/web.v3 with chart web@0.1.0`);
  expect((await history(ns, 'web')).map(({ revision, status, description }) => [revision, status, description])).toEqual([
    [1, 'superseded', 'Install complete'],
    [2, 'superseded', 'Upgrade complete'],
    [3, 'deployed', 'Upgrade complete'],
  ]);
  expect(await bed().kubectl(['get', 'configmap', 'extra', '-n', ns, '--ignore-not-found'])).toBe('');
});

test('after a rollback by hand the agent brings back what Git says, and Helm agrees', async () => {
  const ns = await world.namespace('rollback');
  world.commit('web', sampleChart());
  await world.want(ns, 'web', { values: { tag: '1' }, driftDetection: { mode: 'enabled' } });
  await world.untilReady(ns, 'web');
  await world.want(ns, 'web', { values: { tag: '2' } });
  await world.until(ns, 'web', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);

  await bed().helm(['rollback', 'web', '1', '-n', ns, '--wait']);
  const object = await world.until(ns, 'web', (one) => isReady(one) && (one.status?.history?.[0]?.version ?? 0) > 3);
  expect(object.status?.history?.[0]).toMatchObject({ version: 4, status: 'deployed' });
  expect((await history(ns, 'web')).map(({ revision, status }) => [revision, status])).toEqual([
    [1, 'superseded'],
    [2, 'superseded'],
    [3, 'superseded'],
    [4, 'deployed'],
  ]);
  expect(await bed().kubectl(['get', 'deployment', 'web', '-n', ns, '-o', 'jsonpath={.spec.template.spec.containers[0].image}'])).toBe(
    'registry.example/web:2',
  );
});

test('what Helm uninstalled by hand is installed again; what Git removed is uninstalled', async () => {
  const ns = await world.namespace('uninstall');
  world.commit('web', sampleChart());
  await world.want(ns, 'web', {});
  const first = await world.untilReady(ns, 'web');
  await bed().helm(['uninstall', 'web', '-n', ns, '--wait']);
  await world.until(ns, 'web', (object) => isReady(object) && object.status?.history?.[0]?.digest !== first.status?.history?.[0]?.digest);
  expect(await list(ns)).toHaveLength(1);

  await bed().kubectl(['delete', 'helmrelease', 'web', '-n', ns, '--timeout=60s']);
  expect(await list(ns)).toEqual([]);
  expect(await bed().kubectl(['get', 'deployment,service,secret', '-n', ns, '-o', 'name'])).toBe('');
});

test('drift is back at once, from the stored manifest', async () => {
  const ns = await world.namespace('drift');
  world.commit('web', sampleChart());
  await world.want(ns, 'web', { driftDetection: { mode: 'enabled' } });
  await world.untilReady(ns, 'web');
  const serviceId = { group: '', version: 'v1', kind: 'Service', namespace: ns, name: 'web' };
  const before = await world.client.get(serviceId);
  await bed().kubectl(['delete', 'service', 'web', '-n', ns]);
  const stop = new AbortController();
  await new Promise<void>((resolve) => {
    world.client.watch(
      serviceId,
      { namespace: ns, fieldSelector: 'metadata.name=web' },
      (event) => {
        if (event.type !== 'SYNCED' && event.type !== 'DELETED' && event.object.metadata.uid !== before?.metadata.uid) resolve();
      },
      stop.signal,
    );
  });
  stop.abort();
  expect(await history(ns, 'web')).toHaveLength(1);
});
