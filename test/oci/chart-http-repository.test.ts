import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/common/digest';
import { Authorization } from '../../src/oci/authorization';
import { ChartArchives } from '../../src/oci/chart-archives';
import { openChartRepository } from '../../src/oci/chart-repository';
import { Transport } from '../../src/oci/transport';
import type { RegistryAccess } from '../../src/oci/types';
import { FakeRegistry, useFakeRegistry } from './fake-registry';

const fake = useFakeRegistry();
const transport = new Transport();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-charts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => transport.close());

const open = (path = '/charts', access?: RegistryAccess) =>
  openChartRepository({ url: `${fake().url}${path}`, access, cacheFolder: folder, authorization: new Authorization(transport) });

const archive = Buffer.from('an archive');
const indexOf = (...lines: string[]) => `apiVersion: v1\nentries:\n  web:\n  - version: 1.0.0\n${lines.map((line) => `    ${line}\n`).join('')}`;

/** Answers by path; a function sees the request. */
function serve(files: Readonly<Record<string, string | Buffer>>, headers: Readonly<Record<string, string>> = {}): void {
  fake().answer = (request, response) => {
    const file = files[request.url ?? ''];
    if (file === undefined) return void response.writeHead(404).end();
    if (headers.etag !== undefined && request.headers['if-none-match'] === headers.etag) return void response.writeHead(304).end();
    response.writeHead(200, headers).end(file);
  };
}

test('an index is asked for once by all, and then only whether it changed', async () => {
  serve({ '/charts/index.yaml': indexOf() }, { etag: '"1"' });
  const repository = open();
  const asked = await Promise.all([repository.versions('web'), repository.versions('web'), repository.resolve('none', '*').catch((error) => error)]);
  expect(asked[0]).toEqual([{ version: '1.0.0' }]);
  expect(asked[2]).toMatchObject({ code: 'FL1122' });
  const revision = await repository.refresh();
  expect(revision).toBe(digestOf(Buffer.from(indexOf())));
  expect(fake().requests).toEqual(['GET /charts/index.yaml', 'GET /charts/index.yaml']);
});

test('a new index takes the place of the old one, and no file of it stays for ever', async () => {
  const repository = open();
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) {
    serve({ '/charts/index.yaml': indexOf().replace('1.0.0', version) });
    await repository.refresh();
    expect(await repository.versions('web')).toEqual([{ version }]);
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('index-'))).toHaveLength(2);
});

test('an index whose file was damaged or deleted is downloaded again, unchanged or not', async () => {
  serve({ '/charts/index.yaml': indexOf() }, { etag: '"1"' });
  const before = open();
  const revision = await before.refresh();
  const file = join(folder, `index-${revision.slice(7)}.yaml`);
  rmSync(file);
  await before.refresh();
  writeFileSync(file, indexOf().replace('1.0.0', '6.6.6'));
  expect(await open().versions('web')).toEqual([{ version: '1.0.0' }]);
});

test('a repository that is down is known from before, also after a restart', async () => {
  serve({ '/charts/index.yaml': indexOf(`digest: ${digestOf(archive).slice(7)}`, 'urls: [web-1.0.0.tgz]'), '/charts/web-1.0.0.tgz': archive });
  const before = open();
  await before.archive('web', '1.0.0');
  const revision = await before.revision();
  await fake().stop();
  const after = open();
  await expect(after.refresh()).rejects.toMatchObject({ code: 'FL1101' });
  expect(await after.revision()).toBe(revision);
  const resolved = await after.resolve('web', '1.x');
  expect((await after.archive('web', resolved.version, resolved)).bytes).toEqual(archive);
});

test.each([
  ['/charts', 'web.tgz', '/charts/web.tgz'],
  ['/charts/', 'web.tgz', '/charts/web.tgz'],
  ['/charts?token=t', 'web.tgz', '/charts/web.tgz?token=t'],
  ['/charts', '/elsewhere/web.tgz', '/elsewhere/web.tgz'],
  ['/charts', 'sub/web.tgz', '/charts/sub/web.tgz'],
])('below %s the address %s is %s', async (path, url, expected) => {
  serve({ '/charts/index.yaml': indexOf(`urls: ["${url}"]`), '/charts/index.yaml?token=t': indexOf(`urls: ["${url}"]`), [expected]: archive });
  expect((await open(path).archive('web', '1.0.0')).bytes).toEqual(archive);
});

describe('an archive at another host', () => {
  let other: FakeRegistry;
  beforeEach(async () => {
    other = await FakeRegistry.start((_, response) => response.end(archive));
    serve({ '/charts/index.yaml': indexOf(`urls: ["${other.url}/web.tgz"]`) });
  });
  afterEach(() => other.stop());

  test('is fetched without credentials', async () => {
    await open('/charts', { username: 'u', password: 'p' }).archive('web', '1.0.0');
    expect(fake().authorizations).toEqual(['Basic dTpw']);
    expect(other.authorizations).toEqual([undefined]);
  });

  test('gets them where they are to be passed', async () => {
    await open('/charts', { username: 'u', password: 'p', passCredentials: true }).archive('web', '1.0.0');
    expect(other.authorizations).toEqual(['Basic dTpw']);
  });
});

test('an archive with another digest than the index says is refused, and not kept', async () => {
  serve({ '/charts/index.yaml': indexOf('digest: abc', 'urls: [web.tgz]'), '/charts/web.tgz': archive });
  await expect(open().archive('web', '1.0.0')).rejects.toMatchObject({ code: 'FL1125', message: expect.stringContaining('sha256:abc is wanted') });
  await expect(open().archive('web', '1.0.0')).rejects.toMatchObject({ code: 'FL1125' });
});

test('an archive of another digest than is asked for is refused', async () => {
  serve({ '/charts/index.yaml': indexOf('urls: [web.tgz]'), '/charts/web.tgz': archive });
  await expect(open().archive('web', '1.0.0', { digest: 'sha256:other' })).rejects.toMatchObject({ code: 'FL1125' });
});

test('where the index says no digest, that of the archive counts, learnt once', async () => {
  serve({ '/charts/index.yaml': indexOf('urls: [web.tgz]'), '/charts/web.tgz': archive });
  expect(await open().resolve('web', '1.0.0')).toMatchObject({ version: '1.0.0', digest: digestOf(archive) });
  expect(await open().resolve('web', '1.0.0')).toMatchObject({ digest: digestOf(archive) });
  expect(fake().requests.filter((request) => request.endsWith('.tgz'))).toHaveLength(1);
});

test.each([
  [401, 'FL1105'],
  [403, 'FL1105'],
  [404, 'FL1106'],
  [418, 'FL1109'],
])('status %s is %s', async (status, code) => {
  fake().answer = (_, response) => response.writeHead(status).end();
  await expect(open('/charts', { secret: 'flux-system/login' }).refresh()).rejects.toMatchObject({ code });
});

test('an index without end is given up, and what was known stays', async () => {
  serve({ '/charts/index.yaml': indexOf() });
  const repository = open();
  await repository.refresh();
  fake().answer = (_, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(2 ** 20, '#'))) {}
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  await expect(repository.refresh()).rejects.toMatchObject({ code: 'FL1121', message: expect.stringContaining('over 50 MiB') });
  expect(await repository.versions('web')).toEqual([{ version: '1.0.0' }]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('what lets us in is not in messages, also where it is in the address', async () => {
  fake().answer = (_, response) => response.writeHead(500).end();
  const url = fake().url.replace('://', '://user:hunter2@');
  const repository = openChartRepository({ url, cacheFolder: folder, authorization: new Authorization(transport) });
  const error = await repository.refresh().catch((caught: Error) => caught);
  expect(JSON.stringify(error)).not.toContain('hunter2');
  expect(fake().authorizations[0]).toBe(`Basic ${Buffer.from('user:hunter2').toString('base64')}`);
});

test('archives on disk are bounded; the least recently used go, and damaged ones count as gone', async () => {
  const archives = new ChartArchives(folder, 2500);
  const digests: string[] = [];
  for (const letter of ['a', 'b', 'c']) {
    digests.push(await archives.put(Buffer.alloc(1000, letter)));
    await new Promise((resolve) => setTimeout(resolve, 50)); // clocks of file systems tick every 10 ms
  }
  expect(await Promise.all(digests.map(async (digest) => (await archives.get(digest)) !== undefined))).toEqual([false, true, true]);
});
