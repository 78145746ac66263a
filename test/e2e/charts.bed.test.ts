import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReady, until } from '../../demo/observe';
import { AGENT_NAMESPACE, announce } from '../../demo/world';
import { kinds } from '../../src/model/kinds';
import { parseLock } from '../../src/model/lock';
import { ChartServer } from '../agent/source/chart-server';
import { usePodinfo } from '../support/podinfo';

const podinfo = usePodinfo();
let folder: string;
let server: ChartServer;
const TIMEOUT_MS = 300_000;
const LOCK = 'locks/gke/tools/tools.yaml';
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-charts-'));
  server = new ChartServer(join(folder, 'repository'));
  await mkdir(server.folder);
  await server.start();
}, TIMEOUT_MS);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A chart whose one ConfigMap shows its version, in the HTTP repository and in the registry. */
async function publish(version: string): Promise<void> {
  const { bed } = podinfo();
  const chart = join(folder, 'web');
  await mkdir(join(chart, 'templates'), { recursive: true });
  await writeFile(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: web\nversion: ${version}\n`);
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  version: {{ .Chart.Version | quote }}\n';
  await writeFile(join(chart, 'templates', 'map.yaml'), map);
  await bed.helm(['package', chart, '--destination', server.folder]);
  await bed.helm(['repo', 'index', server.folder]);
  await bed.helm(['push', join(server.folder, `web-${version}.tgz`), `oci://${bed.registry}/charts`, '--plain-http']);
}

/** Waits until what a release made shows a version. */
async function runs(release: string, version: string): Promise<void> {
  await until(podinfo().client, CONFIG_MAP, { namespace: 'tools' }, `${release} of version ${version}`, (objects) =>
    objects.find(({ metadata, data }) => metadata.name === release && (data as { version: string }).version === version),
  );
  await until(podinfo().client, kinds.HelmRelease, { namespace: 'tools' }, `${release} Ready`, (releases) =>
    releases.find((object) => object.metadata.name === release && isReady(object)),
  );
}

const lockedIn = (text: string, release: string) => parseLock(text).entries.get(`charts/${release}`)!.ref;

test(
  'charts of a repository and of a registry are locked, and raised within their ranges by commits',
  async () => {
    const { repository, bare, bed, client } = podinfo();
    await publish('1.0.0');
    const program = `const tools = new Environment(gke, 'tools');
const charts = new HelmRepository(tools, 'charts', { url: '${server.url}' });
new HelmRelease(tools, 'http', { chart: charts.chart('web', ChartVersion.locked('1.x')) });
new HelmRelease(tools, 'oci', { chart: ChartSource.oci('oci://${bed.registry}/charts/web', ChartVersion.locked('~1.1', { initial: '1.0.0' })) });
new HelmRelease(tools, 'exact', { chart: charts.chart('web', ChartVersion.exact('1.0.0')) });
`;
    await repository.edit('main.ts', (text) =>
      text
        .replace(/ChartSource,\s*Cluster/, 'ChartSource, ChartVersion, Cluster')
        .replace('HelmRelease,', 'HelmRelease, HelmRepository,')
        .replace('platform.synth();', `${program}platform.synth();`),
    );
    await expect(repository.synth()).rejects.toThrow(/fairlead lock/);
    await repository.runFairlead('lock', 'tools', 'http');
    await podinfo().publish('Tools');
    const before = lockedIn(await bare.file(LOCK), 'http');
    expect(before).toMatchObject({ tag: '1.0.0', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    podinfo().startAgent();
    for (const release of ['http', 'oci', 'exact']) await runs(release, '1.0.0');

    const commit = await bare.head();
    for (const version of ['1.1.0', '1.2.0', '2.0.0']) await publish(version);
    await announce(client, { ...kinds.HelmRepository, namespace: 'tools', name: 'charts' });
    await podinfo().scan();
    await runs('http', '1.2.0');
    await runs('oci', '1.1.0');
    await runs('exact', '1.0.0');
    const lock = await bare.file(LOCK);
    const after = lockedIn(lock, 'http');
    expect(after).toMatchObject({ tag: '1.2.0', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(after.digest).not.toBe(before.digest);
    expect(lockedIn(lock, 'oci').tag).toBe('1.1.0');
    const release = await client.get({ ...kinds.HelmRelease, namespace: 'tools', name: 'http' });
    expect(release?.metadata.annotations).toMatchObject({ 'fairlead.dev/chart-digest': after.digest });
    for (const { files } of await bare.history(commit)) expect(files).toContain(LOCK);
    expect(
      (await client.list(kinds.ImagePolicy, { namespace: AGENT_NAMESPACE })).filter(({ metadata }) => metadata.name.endsWith('-chart')),
    ).toHaveLength(2);

    await repository.pull();
    await repository.synth('--check');
  },
  TIMEOUT_MS,
);
