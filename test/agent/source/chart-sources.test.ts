import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refOf } from '../../../src/agent/runtime/ref';
import type { Outcome, Reconciled, Reconciler } from '../../../src/agent/runtime/types';
import type { HelmChart, HelmChartSpec } from '../../../src/agent/source/helm-chart';
import type { HelmRepository, HelmRepositorySpec } from '../../../src/agent/source/helm-repository';
import { createSourceRoom, type SourceRoom } from '../../../src/agent/source/room';
import { digestOf } from '../../../src/common/digest';
import { annotations } from '../../../src/model/labels';
import { chartArchive } from './chart-archive';
import { ChartServer } from './chart-server';
import { FakeRuntime, fakeContext, withOutcome } from './fake-runtime';

let folder: string;
let server: ChartServer;
let fake: FakeRuntime;
let room: SourceRoom;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-sources-'));
  server = new ChartServer(join(folder, 'repository'));
  mkdirSync(server.folder);
  await server.start();
  start([]);
});

afterEach(async () => {
  room.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The agent's side, as after a start, in a cluster with these objects. */
function start(objects: readonly Reconciled[]): void {
  fake = new FakeRuntime(join(folder, 'data'));
  room = createSourceRoom(fake.runtime);
  for (const object of objects) fake.put(object);
}

/** The repository has these versions of chart `web`; `digests` false: its index says none. */
function publish(versions: readonly string[], options: { digests?: boolean; files?: Readonly<Record<string, string>> } = {}): Record<string, Buffer> {
  const archives = Object.fromEntries(versions.map((version) => [version, chartArchive('web', version, options.files)]));
  const entry = (version: string) => {
    writeFileSync(join(server.folder, `web-${version}.tgz`), archives[version]);
    const digest = options.digests === false ? '' : `    digest: ${digestOf(archives[version]).slice(7)}\n`;
    return `  - version: ${version}\n${digest}    urls: [web-${version}.tgz]\n`;
  };
  writeFileSync(join(server.folder, 'index.yaml'), `apiVersion: v1\nentries:\n  web:\n${versions.map(entry).join('')}`);
  return archives;
}

const repository = (spec: Partial<HelmRepositorySpec> = {}): HelmRepository =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: 'repo', namespace: 'flux-system', generation: 1 },
    spec: { url: server.url, interval: '5m', ...spec },
  });

const helmChart = (spec: Partial<HelmChartSpec> = {}, notes: Readonly<Record<string, string>> = {}): HelmChart =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: { name: 'web', namespace: 'flux-system', generation: 1, annotations: notes },
    spec: { chart: 'web', version: '1.x', interval: '5m', sourceRef: { kind: 'HelmRepository', name: 'repo' }, ...spec },
  });

/** One visit, and the object afterwards. */
async function visit<T extends Reconciled>(object: T) {
  const reconciler = room.reconcilers.find(({ kind }) => kind.kind === object.kind) as unknown as Reconciler<T>;
  const context = fakeContext();
  const outcome: Outcome = await reconciler.reconcile(object, context);
  return { outcome, after: fake.put(withOutcome(object, outcome)), events: context.events };
}

const charts = () => room.sources;

describe('an HTTP repository', () => {
  test('its index becomes an artifact, named as Flux names it', async () => {
    publish(['1.0.0']);
    const { outcome, after } = await visit(repository());
    const { revision, digest, path, url } = after.status?.artifact ?? {};
    expect(outcome).toMatchObject({
      type: 'ready',
      reason: 'Succeeded',
      message: `stored artifact: revision '${revision}'`,
      againMs: 300_000,
      event: { reason: 'NewArtifact', message: `stored fetched index from '${server.url}'` },
    });
    expect({ digest, path, url }).toEqual({
      digest: revision,
      path: `helmrepository/flux-system/repo/index-${revision?.slice(7)}.yaml`,
      url: server.url,
    });
  });

  test('the same index again changes nothing and is not sent again', async () => {
    publish(['1.0.0']);
    const again = await visit((await visit(repository())).after);
    expect(again.outcome).not.toHaveProperty('change.fields');
    expect(again.outcome).not.toHaveProperty('event');
    expect(server.answers).toEqual(['/charts/index.yaml 200', '/charts/index.yaml 304']);
  });

  test('a new index wakes what is made of it', async () => {
    publish(['1.0.0']);
    const { after } = await visit(repository());
    const release = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'web', namespace: 'dev' } };
    const sourceRef = { kind: 'HelmRepository', name: 'repo', namespace: 'flux-system' };
    fake.put({ ...release, spec: { chart: { spec: { chart: 'web', sourceRef } } } });
    fake.asked.length = 0;
    publish(['1.0.0', '1.1.0']);
    await visit(after);
    expect(fake.asked).toEqual([{ ref: { kind: 'HelmRelease', namespace: 'dev', name: 'web' }, cause: 'revision' }]);

    fake.asked.length = 0;
    fake.put({ ...release, spec: { chartRef: { kind: 'HelmChart', name: 'web' } } });
    fake.put(helmChart());
    publish(['1.2.0']);
    const { after: latest } = await visit(after);
    expect(fake.asked).toEqual([{ ref: { kind: 'HelmChart', namespace: 'flux-system', name: 'web' }, cause: 'source' }]);
    fake.asked.length = 0;
    fake.remove(helmChart());
    fake.remove(latest);
    expect(fake.asked).toEqual([]);
  });

  test('while it is down its artifact stays, its charts are served, and it says so; also after a restart', async () => {
    const archives = publish(['1.0.0']);
    const { after } = await visit(repository());
    await charts().content(refOf(after), 'web@1.x');
    await server.stop();
    start([after]);
    const down = await visit(after);
    expect(down.outcome).toMatchObject({ type: 'failed', reason: 'Failed', error: { code: 'FL1101' } });
    expect(down.after.status).toMatchObject({ artifact: after.status?.artifact, conditions: [{ type: 'FetchFailed', reason: 'Failed' }] });
    expect(await charts().digest(refOf(after), 'web@1.x')).toBe(digestOf(archives['1.0.0']));
    expect((await charts().content(refOf(after), 'web@1.x')).files.map(({ path }) => path)).toEqual(['Chart.yaml', 'values.yaml']);
  });

  test('what is no index is told', async () => {
    writeFileSync(join(server.folder, 'index.yaml'), '<html>');
    expect((await visit(repository())).outcome).toMatchObject({ type: 'failed', reason: 'IndexationFailed' });
  });

  test('username and password come from its Secret, and are never said', async () => {
    publish(['1.0.0']);
    server.credentials = { username: 'user', password: 'hunter2' };
    const object = repository({ secretRef: { name: 'login' } });
    expect((await visit(object)).outcome).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed', error: { code: 'FL1153' } });
    fake.secret('flux-system', 'login', { username: 'user' });
    expect((await visit(object)).outcome).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed', error: { code: 'FL1153' } });
    fake.secret('flux-system', 'login', { username: 'user', password: 'wrong' });
    expect((await visit(object)).outcome).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed', error: { code: 'FL1105' } });
    fake.secret('flux-system', 'login', { username: 'user', password: 'hunter2' });
    expect((await visit(object)).outcome).toMatchObject({ type: 'ready' });
    expect([...fake.secretsTold]).toEqual(expect.arrayContaining(['hunter2', Buffer.from('user:hunter2').toString('base64')]));
    expect([...fake.watched.keys()]).toEqual(['Secret/flux-system/login']);
  });

  test.each([
    [{ suspend: true }, { type: 'suspended' }],
    [{ url: 'oci://ghcr.io/charts' }, { type: 'stalled', reason: 'URLInvalid' }],
    [
      { type: 'oci' as const, url: 'https://charts.example.com' },
      { type: 'stalled', reason: 'URLInvalid' },
    ],
    [
      { type: 'oci' as const, url: 'oci://ghcr.io/charts', provider: 'aws' },
      { type: 'stalled', reason: 'UnsupportedField' },
    ],
  ])('%j is %j', async (spec, expected) => {
    expect((await visit(repository(spec))).outcome).toMatchObject(expected);
  });

  test('versions for those who choose among them', async () => {
    const archives = publish(['1.0.0', '2.0.0']);
    const { after } = await visit(repository());
    expect(await room.charts.chartVersions(refOf(after), 'web')).toMatchObject({
      name: `${server.url.slice('http://'.length)}/web`,
      releases: [{ version: '1.0.0' }, { version: '2.0.0', digest: digestOf(archives['2.0.0']) }],
    });
    expect(await room.charts.chartDigest(refOf(after), 'web', '2.0.0')).toBe(digestOf(archives['2.0.0']));
  });
});

test('a registry that is down leaves its HelmRepository ready; what needs it is told', async () => {
  const object = repository({ type: 'oci', url: 'oci://127.0.0.1:1/charts', insecure: true });
  await expect(charts().digest(refOf(object), 'web@1.x')).rejects.toMatchObject({ code: 'FL1101' });
  expect(charts().revision(refOf(object))).toBeDefined();
  expect((await visit(object)).outcome).toMatchObject({ type: 'ready', change: { fields: { artifact: null } } });
});

describe('a HelmChart', () => {
  test('is at the version its range means', async () => {
    publish(['1.0.0', '1.2.0', '2.0.0']);
    await visit(repository());
    const { outcome, after } = await visit(helmChart());
    const message = "pulled 'web' chart with version '1.2.0'";
    expect(outcome).toMatchObject({ type: 'ready', reason: 'ChartPullSucceeded', message, event: { reason: 'ChartPullSucceeded', message } });
    expect(after.status).toMatchObject({
      observedChartName: 'web',
      artifact: { revision: '1.2.0', path: 'helmchart/flux-system/web/web-1.2.0.tgz' },
      observedSourceArtifactRevision: expect.stringMatching(/^sha256:/),
    });
    expect((await visit(after)).outcome).not.toHaveProperty('event');
  });

  test('waits for its source', async () => {
    expect((await visit(helmChart())).outcome).toMatchObject({
      type: 'waiting',
      reason: 'NoSourceArtifact',
      on: [{ kind: 'HelmRepository', name: 'repo' }],
    });
  });

  test('of which the archive is not the locked one is refused, and its artifact stays', async () => {
    const archives = publish(['1.0.0']);
    await visit(repository());
    const digest = digestOf(archives['1.0.0']);
    expect((await visit(helmChart({}, { [annotations.chartDigest]: digest }))).outcome).toMatchObject({ type: 'ready' });
    const { outcome } = await visit(helmChart({}, { [annotations.chartDigest]: digest.replace(/.$/, 'x') }));
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'ChartDigestMismatch' });
    expect(outcome).not.toHaveProperty('change');
  });

  test('values files of it must be there, unless they may be missing', async () => {
    publish(['1.0.0'], { files: { 'values-dev.yaml': 'text: dev\n' } });
    await visit(repository());
    const valuesFiles = ['values-dev.yaml', './values-none.yaml'];
    expect((await visit(helmChart({ valuesFiles }))).outcome).toMatchObject({ type: 'failed', reason: 'ValuesFilesError' });
    const { outcome, after } = await visit(helmChart({ valuesFiles, ignoreMissingValuesFiles: true }));
    expect(outcome).toMatchObject({ reason: 'ChartPackageSucceeded', message: expect.stringContaining('merged values files [values-dev.yaml]') });
    expect(after.status?.observedValuesFiles).toEqual(['values-dev.yaml']);
  });

  test.each([
    [{ version: '^9' }, { type: 'failed', reason: 'InvalidChartReference', error: { code: 'FL1123' } }],
    [{ chart: 'none' }, { type: 'failed', reason: 'InvalidChartReference', error: { code: 'FL1122' } }],
    [{ version: 'no range' }, { type: 'stalled', reason: 'InvalidChartReference' }],
    [{ verify: { provider: 'cosign' } }, { type: 'stalled', reason: 'UnsupportedField' }],
    [{ sourceRef: { kind: 'Bucket', name: 'b' } }, { type: 'stalled', reason: 'UnsupportedSourceKind' }],
    [{ suspend: true }, { type: 'suspended' }],
  ])('%j is %j', async (spec, expected) => {
    publish(['1.0.0']);
    await visit(repository());
    expect((await visit(helmChart(spec))).outcome).toMatchObject(expected);
  });
});
