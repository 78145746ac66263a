import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/common/digest';
import type { KubeObject } from '../../src/model/object';
import { RepositoryCharts } from '../../src/preview/repository-charts';
import { chartArchive } from '../agent/source/chart-archive';
import { ChartServer } from '../agent/source/chart-server';
import { useFakeRegistry } from '../oci/fake-registry';

let folder: string;
let server: ChartServer;
const opened: RepositoryCharts[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-charts-'));
  mkdirSync(join(folder, 'published'));
  server = new ChartServer(join(folder, 'published'));
  await server.start();
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const library = (offline = false) => {
  const charts = new RepositoryCharts({ cacheFolder: join(folder, 'cache'), offline });
  opened.push(charts);
  return charts;
};
const repository = (url = server.url, annotations = {}): KubeObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmRepository',
  metadata: { name: 'hub', namespace: 'flux-system', annotations },
  spec: { url },
});

/** Gives the digest of the last. */
function publish(...versions: readonly string[]): string {
  const entries = versions.map((version) => {
    const archive = chartArchive('web', version);
    writeFileSync(join(folder, 'published', `web-${version}.tgz`), archive);
    return { version, digest: digestOf(archive) };
  });
  const listed = entries.map(
    ({ version, digest }) => `    - {name: web, version: ${version}, digest: "${digest.slice(7)}", urls: [web-${version}.tgz]}\n`,
  );
  writeFileSync(join(folder, 'published', 'index.yaml'), `apiVersion: v1\nentries:\n  web:\n${listed.join('')}`);
  return entries.at(-1)?.digest ?? '';
}

test('a chart is its files, without the folder around them', async () => {
  const digest = publish('1.0.0', '1.1.0');
  const chart = await library().published(repository(), 'web', '1.x');
  expect([chart.version, chart.digest]).toEqual(['1.1.0', digest]);
  const content = await chart.content();
  expect(content.files.map(({ path }) => path)).toEqual(['Chart.yaml', 'values.yaml']);
  expect((await content.read([content.files[0].digest])).map(String)).toEqual(['apiVersion: v2\nname: web\nversion: 1.1.0\n']);
});

test('what was fetched once is there without the repository, a locked version without a word to it', async () => {
  const digest = publish('1.0.0');
  await (await library().published(repository(), 'web', '1.0.0', digest)).content();
  const asked = server.answers.length;
  await (await library().published(repository(), 'web', '1.0.0', digest)).content();
  expect(server.answers.length).toBe(asked);
  await server.stop();
  const offline = await library(true).published(repository(), 'web', '1.0.0');
  expect((await offline.content()).digest).toBe(digest);
  const ranged = await library().published(repository(), 'web', '*');
  expect(ranged.version).toBe('1.0.0');
});

test('a version that came since the index was read is found, and a range means the newest', async () => {
  publish('1.0.0');
  await (await library().published(repository(), 'web', '1.0.0')).content();
  await new Promise((resolve) => setTimeout(resolve, 10));
  publish('1.0.0', '1.1.0');
  expect((await library().published(repository(), 'web', '*')).version).toBe('1.1.0');
  publish('1.0.0', '1.1.0', '1.2.0');
  expect((await library().published(repository(), 'web', '1.2.0')).version).toBe('1.2.0');
});

test('where nothing may be asked, what is not in the cache is told with its next step', async () => {
  const digest = publish('1.0.0');
  const locked = await library(true).published(repository(), 'web', '1.0.0', digest);
  const failure = await locked.content().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'FL1206',
    detail: `chart web 1.0.0 of ${server.url} is not in the cache, and nothing may be fetched`,
    remedy: `run it once without --offline where ${server.url} can be reached`,
  });
  await expect(library(true).published(repository(), 'web', '*')).rejects.toMatchObject({ code: 'FL1206' });
  await expect(library(true).artifact(repository('oci://registry.invalid/charts/web'))).rejects.toMatchObject({ code: 'FL1206' });
  const pinned = { ...repository('oci://registry.invalid/charts/web') };
  pinned.spec = { ...(pinned.spec as object), ref: { digest: `sha256:${'0'.repeat(64)}` } };
  const { content } = await library(true).artifact(pinned);
  await expect(content()).rejects.toMatchObject({ code: 'FL1206' });
  expect(server.answers).toEqual([]);
});

test('it is read where laptops reach it', async () => {
  publish('1.0.0');
  const inside = repository('http://charts.invalid', { 'fairlead.dev/client-url': server.url });
  expect((await library().published(inside, 'web', '1.0.0')).version).toBe('1.0.0');
});

test('another archive than the one that is locked is refused', async () => {
  publish('1.0.0');
  const chart = await library().published(repository(), 'web', '1.0.0', digestOf('another'));
  await expect(chart.content()).rejects.toMatchObject({ code: 'FL1125' });
});

describe('an artifact of a registry', () => {
  const registry = useFakeRegistry();
  const layer = chartArchive('web', '1.0.0');
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: {},
      layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: digestOf(layer), size: layer.length }],
    }),
  );
  const artifact = (): KubeObject => ({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'web', namespace: 'dev' },
    spec: { url: `oci://${registry().host}/charts/web`, insecure: true, ref: { semver: '>=1' } },
  });

  test('is found by a range of tags, and by what that meant last where nobody answers', async () => {
    registry().answer = (request, response) => {
      const url = request.url ?? '';
      const bytes = url.includes('/tags/list')
        ? Buffer.from('{"name":"charts/web","tags":["0.9.0","1.0.0"]}')
        : url.includes('/manifests/')
          ? manifest
          : layer;
      const digest = url.includes('/manifests/') ? { 'docker-content-digest': digestOf(manifest) } : {};
      response
        .writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json', ...digest })
        .end(request.method === 'HEAD' ? undefined : bytes);
    };
    const found = await library().artifact(artifact());
    expect([found.version, found.digest]).toEqual(['1.0.0', digestOf(manifest)]);
    expect((await found.content()).files.map(({ path }) => path)).toEqual(['Chart.yaml', 'values.yaml']);
    const known = await library(true).artifact(artifact());
    expect([known.version, (await known.content()).digest]).toEqual(['1.0.0', digestOf(layer)]);
  });
});
