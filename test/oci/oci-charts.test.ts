import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/common/digest';
import { Authorization } from '../../src/oci/authorization';
import { openChartRepository } from '../../src/oci/chart-repository';
import { parseChartAddress } from '../../src/oci/oci-chart-pull';
import { OciChartRepository } from '../../src/oci/oci-charts';
import { Transport } from '../../src/oci/transport';
import { useFakeRegistry } from './fake-registry';

const LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const PROVENANCE = 'application/vnd.cncf.helm.chart.provenance.v1.prov';

const fake = useFakeRegistry();
const transport = new Transport();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-charts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => transport.close());

const place = () => ({ url: `oci://${fake().host}/charts`, access: { insecure: true }, authorization: new Authorization(transport) });
const open = (remembers?: boolean) => openChartRepository({ ...place(), cacheFolder: folder, remembers });

const manifestOf = (archive: Buffer, type = LAYER) =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 },
      layers: [
        { mediaType: PROVENANCE, digest: digestOf(Buffer.from('provenance')), size: 10 },
        { mediaType: type, digest: digestOf(archive), size: archive.length },
      ],
    }),
  );

/** The registry has chart `web` with these tags. */
function serve(tags: Readonly<Record<string, Buffer>>, type = LAYER): void {
  const prefix = '/v2/charts/web';
  const answers = new Map<string, Buffer>([['/v2/', Buffer.from('{}')]]);
  answers.set(`${prefix}/tags/list`, Buffer.from(JSON.stringify({ name: 'charts/web', tags: Object.keys(tags) })));
  for (const [tag, archive] of Object.entries(tags)) {
    const manifest = manifestOf(archive, type);
    for (const reference of [tag, digestOf(manifest)]) answers.set(`${prefix}/manifests/${reference}`, manifest);
    answers.set(`${prefix}/blobs/${digestOf(archive)}`, archive);
  }
  fake().answer = (request, response) => {
    const body = answers.get(decodeURIComponent((request.url ?? '').split('?')[0]));
    if (body === undefined) return void response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digestOf(body) };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
  };
}

const [first, second] = [Buffer.from('first'), Buffer.from('second')];

test('tags are versions, with _ for +', async () => {
  serve({ '1.0.0_build.1': first, '1.1.0': second, latest: second });
  expect((await open().versions('web')).map(({ version }) => version)).toEqual(['1.0.0+build.1', '1.1.0', 'latest']);
  expect(await open().resolve('web', '~1.0')).toEqual({ version: '1.0.0+build.1', digest: digestOf(manifestOf(first)) });
  expect((await open().archive('web', '1.0.0+build.1')).bytes).toEqual(first);
});

test('an exact version needs no list of tags', async () => {
  serve({ '1.0.0': first, '2.0.0': second });
  await open().resolve('web', '1.0.0');
  expect(fake().requests.filter((request) => request.includes('/tags/'))).toEqual([]);
});

test('what a range means is asked for once, and again where it is refreshed', async () => {
  serve({ '1.0.0': first });
  const repository = open();
  const [one] = await Promise.all([repository.resolve('web', '1.x'), repository.resolve('web', '1.x')]);
  expect(one.version).toBe('1.0.0');
  const before = await repository.revision();
  serve({ '1.0.0': first, '1.1.0': second });
  const asked = fake().requests.length;
  expect((await repository.resolve('web', '1.x')).version).toBe('1.0.0');
  expect(fake().requests).toHaveLength(asked);
  expect(await repository.refresh()).not.toBe(before);
  expect((await repository.resolve('web', '1.x')).version).toBe('1.1.0');
});

test('a registry that is down: what ranges meant is known from before a restart, and so are archives', async () => {
  serve({ '1.0.0': first });
  const before = open();
  const resolved = await before.resolve('web', '*');
  await before.archive('web', '1.0.0', resolved);
  await fake().stop();
  const after = open();
  expect(await after.resolve('web', '*')).toEqual(resolved);
  expect((await after.archive('web', '1.0.0', resolved)).bytes).toEqual(first);
  await expect(after.refresh()).rejects.toMatchObject({ code: 'FL1101' });
  expect(await after.resolve('web', '*')).toEqual(resolved);
});

test('what ranges meant to an earlier process does not count where it is not to be remembered', async () => {
  serve({ '1.0.0': first });
  await open().resolve('web', '*');
  serve({ '1.0.0': first, '1.1.0': second });
  expect((await open().resolve('web', '*')).version).toBe('1.0.0');
  expect((await open(false).resolve('web', '*')).version).toBe('1.1.0');
});

test('who comes first and leaves takes nothing from the others', async () => {
  serve({ '1.0.0': first });
  const repository = open();
  const left = repository.resolve('web', '*', { signal: AbortSignal.abort(new Error('left')) });
  const stayed = repository.resolve('web', '*');
  await expect(left).rejects.toThrow('left');
  expect((await stayed).version).toBe('1.0.0');
});

test('a version that nobody asked for since yesterday is forgotten', async () => {
  serve({ '1.0.0': first, '1.1.0': second });
  let now = 0;
  const repository = new OciChartRepository({ ...place(), folder, remembers: true }, () => now);
  for (const version of ['1.0.0', '1.1.0']) await repository.resolve('web', version);
  now = 23 * 3600_000;
  await repository.resolve('web', '1.1.0');
  now = 25 * 3600_000;
  fake().requests.length = 0;
  await repository.refresh();
  expect(fake().requests.filter((request) => request.includes('/manifests/'))).toEqual([expect.stringContaining('1.1.0')]);
});

test('what the registry does not have is told', async () => {
  serve({ '1.0.0': first });
  await expect(open().resolve('web', '^2')).rejects.toMatchObject({ code: 'FL1123', message: expect.stringContaining('in ^2, among 1') });
  await expect(open().resolve('web', '1.2.3')).rejects.toMatchObject({ code: 'FL1123' });
  await expect(open().resolve('web', 'x y')).rejects.toMatchObject({ code: 'FL1124' });
  await expect(open().archive('web', '1.2.3')).rejects.toMatchObject({ code: 'FL1106' });
});

test('what is no chart, or another than its manifest says, is refused', async () => {
  serve({ '1.0.0': first }, 'application/vnd.oci.image.layer.v1.tar+gzip');
  await expect(open().archive('web', '1.0.0')).rejects.toMatchObject({ code: 'FL1127' });
  serve({ '1.0.0': first });
  const { answer } = fake();
  fake().answer = (request, response, body) => (request.url?.includes('/blobs/') ? response.end('other') : answer(request, response, body));
  await expect(open().archive('web', '1.0.0')).rejects.toMatchObject({ code: 'FL1111' });
});

test.each([
  ['oci://ghcr.io/charts/web:1.0.0', { repository: 'ghcr.io/charts/web', reference: '1.0.0' }],
  ['oci://localhost:5000/web:1.0.0', { repository: 'localhost:5000/web', reference: '1.0.0' }],
  [`oci://ghcr.io/web:1.0.0@sha256:${'a'.repeat(64)}`, { repository: 'ghcr.io/web', reference: `sha256:${'a'.repeat(64)}` }],
  ['oci://localhost:5000/web', undefined],
  ['https://ghcr.io/web:1.0.0', undefined],
])('%s names %j', (url, expected) => {
  expect(parseChartAddress(url)).toEqual(expected);
});

test('an address that is none is refused at once', () => {
  const of = (url: string) => () => openChartRepository({ url, cacheFolder: folder, authorization: new Authorization(transport) });
  expect(of('oci://ghcr.io/UPPER')).toThrow('FL1113');
  expect(of('oci://ghcr.io')).not.toThrow();
});
