import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/common/digest';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import type { KubeObject } from '../../src/model/object';
import { nameOf } from '../../src/model/object';
import { WorkingTree } from '../../src/preview/file-tree';
import { previewOf } from '../../src/preview/preview-of';
import { createEngine } from '../../src/render/engine';
import { chartArchive } from '../agent/source/chart-archive';
import { ChartServer } from '../agent/source/chart-server';
import { BUILD_TIMEOUT_MS } from '../support/bed';
import { compiledCli } from './compiled-cli';

// More than sandboxes are waited for.
jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'fairlead-sandbox-'));
const platform = join(folder, 'platform');
const cli = compiledCli();
const release = (layer: string, name: string) => join(platform, 'dist', 'gke', layer, layer, `helmrelease.helm.toolkit.fluxcd.io-${name}.yaml`);
const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function sandbox(...args: string[]): Promise<Ended> {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'sandbox', ...args], { cwd: platform, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function withClient<T>(kubeconfig: string, use: (client: RawKubeClient) => Promise<T>): Promise<T> {
  const client = RawKubeClient.connect(readKubeconfig(kubeconfig));
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

const WORKLOADS = [
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
];

/** Objects of releases as they are in the cluster. */
async function liveObjects(client: RawKubeClient): Promise<ReadonlyMap<string, KubeObject>> {
  const lists = await Promise.all(WORKLOADS.map((kind) => client.list(kind, { labelSelector: 'helm.toolkit.fluxcd.io/name' })));
  return new Map(
    lists.flatMap((list, index) => list.map((object) => [`${WORKLOADS[index].kind}/${object.metadata.namespace}/${object.metadata.name}`, object])),
  );
}

let kubeconfig: string;

beforeAll(async () => {
  cpSync(join(__dirname, '..', '..', 'examples', 'podinfo'), platform, { recursive: true });
  const { code, stdout, stderr } = await sandbox('up', '-o', 'json', '--offline');
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  kubeconfig = (JSON.parse(stdout) as { kubeconfig: string }).kubeconfig;
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await sandbox('down');
  rmSync(folder, { recursive: true });
});

test('what the agent made of the working tree is what its preview says', async () => {
  const engine = createEngine();
  const { clusters } = await previewOf(new WorkingTree(platform), 'dist', { engine, charts: {} as never });
  await engine.close();
  const expected = clusters.flatMap(({ layers }) => layers.flatMap(({ releases }) => releases.flatMap(({ objects }) => objects)));
  const live = await withClient(kubeconfig, liveObjects);
  expect([...live.keys()].sort()).toEqual(expected.map(({ id }) => nameOf(id)).sort());
  for (const { id, object } of expected) expect(live.get(nameOf(id))).toMatchObject({ ...object });
});

test('a Secret that is sealed has its keys and dummies', async () => {
  const secret = await withClient(kubeconfig, (client) =>
    client.get({ group: '', version: 'v1', kind: 'Secret', namespace: 'dev', name: 'basic-auth' }),
  );
  const dummy = Buffer.from('placeholder').toString('base64');
  expect(secret?.data).toEqual({ user: dummy, password: dummy });
});

test('another shell sees it', async () => {
  const { code, stdout } = await sandbox('status');
  expect(stdout).toMatch(/^gke {2}ready, Kubernetes v/);
  expect(stdout).toContain(`export KUBECONFIG=${kubeconfig}`);
  expect(code).toBe(0);
});

test('up again syncs what was changed since, committed or not, without booting', async () => {
  edit(release('prod', 'podinfo-prod'), 'replicaCount: 3', 'replicaCount: 4');
  const { code, stdout, stderr } = await sandbox('up');
  expect([code, stderr.includes('booting')]).toEqual([0, false]);
  expect(stdout).toMatch(/^prod +podinfo-prod +ready +[\d.]+ s$/m);
  const live = await withClient(kubeconfig, liveObjects);
  expect(live.get('Deployment/prod/podinfo-prod')?.spec).toMatchObject({ replicas: 4 });
});

test('a published chart is fetched once, and then comes out of the cache with its repository gone', async () => {
  const charts = join(folder, 'charts');
  mkdirSync(charts);
  const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  size: {{ .Values.size | quote }}\n';
  const archive = chartArchive('web', '1.2.0', { 'templates/settings.yaml': template });
  writeFileSync(join(charts, 'web-1.2.0.tgz'), archive);
  const entry = { name: 'web', version: '1.2.0', urls: ['web-1.2.0.tgz'], digest: digestOf(archive).slice('sha256:'.length) };
  writeFileSync(join(charts, 'index.yaml'), JSON.stringify({ apiVersion: 'v1', entries: { web: [entry] } }));
  const server = new ChartServer(charts);
  await server.start();
  const layer = join(platform, 'dist', 'gke', 'dev', 'dev');
  const repository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: 'hub', namespace: 'dev' },
    spec: { url: server.url },
  };
  const chart = { spec: { chart: 'web', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'hub' } } };
  const valuesFrom = [{ kind: 'Secret', name: 'made-elsewhere' }];
  const web = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'dev' },
    spec: { interval: '10m', chart, valuesFrom },
  };
  writeFileSync(join(layer, 'hub.yaml'), JSON.stringify(repository));
  const write = (size: number) => writeFileSync(join(layer, 'web.yaml'), JSON.stringify({ ...web, spec: { ...web.spec, values: { size } } }));

  write(1);
  expect((await sandbox('up')).stdout).toMatch(/^dev +web +ready/m);
  await server.stop();
  write(2);
  const again = await sandbox('up', '--offline');
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^dev +web +ready/m)]);
  const made = await withClient(kubeconfig, (client) => client.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'web' }));
  expect(made?.data).toEqual({ size: '2' });
});

test('what cannot become Ready is named with its reason, and the rest is Ready', async () => {
  edit(release('stg', 'podinfo-rc'), 'replicaCount:', 'replicas:');
  const { code, stdout } = await sandbox('up', '--timeout', '4m');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^stg +failed *$/m);
  expect(stdout).toMatch(/^stg +podinfo-rc +failed *$/m);
  expect(stdout).toMatch(/^stg podinfo-rc: FL6012: values don't meet.*additional properties 'replicas'/ms);
  expect(stdout).toMatch(/^prod +podinfo-prod +ready/m);
});

test('of another cluster or with other secrets it is not taken', async () => {
  expect(await sandbox('up', '--secrets', 'none')).toMatchObject({ code: 1, stderr: expect.stringContaining('FL7625: --secrets=none is asked for') });
  expect(await sandbox('up', '--cluster', 'aws')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('FL7623: the output has no cluster aws\n  choose one of: gke'),
  });
});

test('down leaves nothing of it', async () => {
  expect(await sandbox('down')).toMatchObject({ code: 0, stdout: 'the sandbox of cluster gke is gone\n' });
  expect(readdirSync(join(folder, 'state', 'fairlead', 'sandboxes'))).toEqual([]);
  expect(() => readdirSync(join(kubeconfig, '..'))).toThrow('ENOENT');
  for (const command of ['status', 'down'])
    expect(await sandbox(command)).toMatchObject({ code: 1, stderr: expect.stringContaining('FL7621: no sandbox of') });
});
