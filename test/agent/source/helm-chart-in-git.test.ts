import { join } from 'node:path';
import type { Reconciled, Reconciler } from '../../../src/agent/runtime/types';
import type { HelmChart, HelmChartSpec } from '../../../src/agent/source/helm-chart';
import { createSourceRoom, type SourceRoom } from '../../../src/agent/source/room';
import { Author, GitServer, scratch } from '../../git/git-server';
import { FakeRuntime, fakeContext, withOutcome } from './fake-runtime';

let folder: ReturnType<typeof scratch>;
let server: GitServer;
let author: Author;
let fake: FakeRuntime;
let room: SourceRoom;

beforeEach(async () => {
  folder = scratch();
  server = await GitServer.start(folder.path);
  author = new Author(folder.path);
  fake = new FakeRuntime(join(folder.path, 'data'));
  room = createSourceRoom(fake.runtime);
});

afterEach(async () => {
  room.close();
  await server.stop();
  folder.remove();
});

async function visit<T extends Reconciled>(object: T) {
  const reconciler = room.reconcilers.find(({ kind }) => kind.kind === object.kind) as unknown as Reconciler<T>;
  const outcome = await reconciler.reconcile(object, fakeContext());
  return { outcome, after: fake.put(withOutcome(object, outcome)) };
}

const repository = () =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'repo', namespace: 'flux-system', generation: 1 },
    spec: { url: server.url(), interval: '1m', ref: { branch: 'main' } },
  });

const helmChart = (spec: Partial<HelmChartSpec> = {}): HelmChart =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: { name: 'web', namespace: 'flux-system', generation: 1 },
    spec: { chart: './charts/web', interval: '5m', sourceRef: { kind: 'GitRepository', name: 'repo' }, ...spec },
  });

const CHART = 'apiVersion: v2\nname: web\nversion: 0.1.0\n';

test('a chart in Git has its version, and another digest where its content is another', async () => {
  const first = author.commit({ 'charts/web/Chart.yaml': CHART, 'charts/web/values.yaml': 'a: 1' });
  await visit(repository());
  const { outcome, after } = await visit(helmChart());
  expect(outcome).toMatchObject({ reason: 'ChartPackageSucceeded', message: "packaged 'web' chart with version '0.1.0'" });
  expect(after.status).toMatchObject({ artifact: { revision: '0.1.0' }, observedSourceArtifactRevision: `main@sha1:${first}` });

  author.commit({ 'docs.md': 'elsewhere' });
  await visit(repository());
  const elsewhere = await visit(after);
  expect(elsewhere.outcome).not.toHaveProperty('event');
  author.commit({ 'charts/web/values.yaml': 'a: 2' });
  await visit(repository());
  const changed = await visit(elsewhere.after);
  expect(changed.after.status?.artifact?.revision).toBe('0.1.0');
  expect(changed.after.status?.artifact?.digest).not.toBe(after.status?.artifact?.digest);
});

test('values files are looked for from the root of the repository', async () => {
  author.commit({ 'charts/web/Chart.yaml': CHART, 'values/dev.yaml': 'a: 1' });
  await visit(repository());
  expect((await visit(helmChart({ valuesFiles: ['./values/dev.yaml'] }))).outcome).toMatchObject({ type: 'ready' });
  expect((await visit(helmChart({ valuesFiles: ['dev.yaml'] }))).outcome).toMatchObject({ type: 'failed', reason: 'ValuesFilesError' });
});

test.each([
  ['./charts/none', 'InvalidChartReference', 'FL1002'],
  ['./charts', 'Failed', 'FL6010'],
  ['./charts/broken', 'Failed', 'FL6010'],
])('%s is %s', async (chart, reason, code) => {
  author.commit({ 'charts/web/Chart.yaml': CHART, 'charts/broken/Chart.yaml': 'name: web\n' });
  await visit(repository());
  expect((await visit(helmChart({ chart }))).outcome).toMatchObject({ type: 'failed', reason, error: { code } });
});
