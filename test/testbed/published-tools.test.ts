import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { binaries } from '../../src/testbed/binaries';
import { toolPath } from '../../src/testbed/cache-folder';
import { fetchTool, newestOf, type PublishedAt } from '../../src/testbed/published-tools';
import { toolOf } from '../../src/testbed/tools';
import { tarOf } from '../oci/tar-of';

const { KUBEBUILDER_ASSETS, PATH } = process.env;
const version = toolOf('kube-apiserver').version;
const minor = version.split('.').slice(0, 2).join('.');
const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const arch = platform.slice(platform.indexOf('-') + 1);

let cache: string;
let server: Server;
let at: PublishedAt;
let files: Record<string, Buffer | string>;
let lines: string[];
const progress = (line: string) => void lines.push(line);

beforeEach(async () => {
  delete process.env.KUBEBUILDER_ASSETS;
  cache = mkdtempSync(join(tmpdir(), 'cache-'));
  lines = [];
  files = {};
  server = createServer(({ url = '' }, response) => (files[url] === undefined ? response.writeHead(404).end() : response.end(files[url])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  at = { envtest: `${url}/index.yaml`, kubernetes: url, kwok: url };
});
afterEach(async () => {
  Object.assign(process.env, { PATH, ...(KUBEBUILDER_ASSETS === undefined ? {} : { KUBEBUILDER_ASSETS }) });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(cache, { recursive: true });
});

function publishEnvtest(sha512?: string): void {
  const archive = gzipSync(
    tarOf({
      'controller-tools/envtest/etcd': 'etcd',
      'controller-tools/envtest/kube-apiserver': 'server',
      'controller-tools/envtest/kubectl': 'kubectl',
    }),
  );
  const selfLink = at.envtest.replace('index.yaml', 'archive');
  const index = {
    releases: {
      [`${minor}.0`]: { [`envtest-${minor}.0-${platform}.tar.gz`]: { hash: sha512 ?? hash('sha512', archive, 'hex'), selfLink } },
      'v1.99.0': {},
    },
  };
  files = { '/archive': archive, '/index.yaml': JSON.stringify(index) };
}

test('an archive of setup-envtest brings all that is in it, of the pinned minor version', async () => {
  publishEnvtest();
  const found = await binaries(['etcd', 'kube-apiserver'], { cache, progress, downloads: at });
  expect([found.etcd, found['kube-apiserver']].map((path) => readFileSync(path, 'utf8'))).toEqual(['etcd', 'server']);
  expect(statSync(found.etcd).mode & 0o111).toBe(0o111);
  expect(lines).toEqual([`downloading etcd, kube-apiserver and kubectl of setup-envtest ${minor}.0`]);
});

test('what is not what its digest says is not kept, and it is told', async () => {
  publishEnvtest('0'.repeat(128));
  expect(await fetchTool('etcd', cache, progress, at)).toBeUndefined();
  expect(lines.at(-1)).toMatch(/^etcd cannot be downloaded, so it is built: .*\/archive is not what its sha512 says$/);
});

test("Kubernetes' own programs come from where it publishes them", async () => {
  const path = `/${version}/bin/linux/${arch}/kube-scheduler`;
  files = { [path]: 'scheduler', [`${path}.sha256`]: `${hash('sha256', 'scheduler', 'hex')}\n` };
  const expected = process.platform === 'linux' ? toolPath('kube-scheduler', cache) : undefined;
  expect(await fetchTool('kube-scheduler', cache, progress, at)).toBe(expected);
});

test('without a network and without Go it says what is missing, and nothing is asked where no download is wanted', async () => {
  process.env.PATH = cache;
  server.close();
  await expect(binaries(['etcd'], { cache, progress, downloads: at })).rejects.toThrow('FL9001: cannot run go to build etcd');
  expect(lines[0]).toMatch(/^etcd cannot be downloaded, so it is built: connect ECONNREFUSED/);
  lines = [];
  await expect(binaries(['etcd'], { cache, progress })).rejects.toThrow('FL9001');
  expect(lines.join()).not.toContain('download');
});

test.each([
  [['v1.36.0', 'v1.36.10', 'v1.36.9', 'v1.37.0', 'v1.36.11-beta.0'], 'v1.36.10'],
  [['v1.35.0'], undefined],
])('of %j the newest of v1.36 is %s', (versions, expected) => expect(newestOf(versions, 'v1.36')).toBe(expected));
