import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refOf } from '../../../src/agent/runtime/ref';
import type { Outcome } from '../../../src/agent/runtime/types';
import type { OCIRepository, OCIRepositorySpec } from '../../../src/agent/source/oci-repository';
import { OCIRepositoryReconciler } from '../../../src/agent/source/oci-repository-reconciler';
import { OciSources } from '../../../src/agent/source/oci-sources';
import { digestOf } from '../../../src/common/digest';
import { Authorization } from '../../../src/oci/authorization';
import { Transport } from '../../../src/oci/transport';
import { useFakeRegistry } from '../../oci/fake-registry';
import { tarOf } from '../../oci/tar-of';
import { FakeRuntime, fakeContext, withOutcome } from './fake-runtime';

const CONTENT = 'application/vnd.cncf.flux.content.v1.tar+gzip';

const registry = useFakeRegistry();
const transport = new Transport();
let folder: string;
let fake: FakeRuntime;
let sources: OciSources;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-artifacts-'));
  start();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => transport.close());

/** The agent's side, as after a start. */
function start(): void {
  fake = new FakeRuntime(join(folder, 'data'));
  sources = new OciSources(fake.runtime, new Authorization(transport));
}

interface Layer {
  readonly type?: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The registry has these tags of `app`, each with its layers. @returns digests of the manifests by tag */
function serve(tags: Readonly<Record<string, readonly Layer[]>>): Record<string, string> {
  const answers = new Map<string, Buffer>([
    ['/v2/', Buffer.from('{}')],
    ['/v2/app/tags/list', Buffer.from(JSON.stringify({ name: 'app', tags: Object.keys(tags) }))],
  ]);
  const digests: Record<string, string> = {};
  for (const [tag, layers] of Object.entries(tags)) {
    const archives = layers.map(({ files }) => gzipSync(tarOf(files)));
    for (const archive of archives) answers.set(`/v2/app/blobs/${digestOf(archive)}`, archive);
    const annotations = { 'org.opencontainers.image.source': 'https://example.com', 'org.opencontainers.image.revision': `main@sha1:${tag}` };
    const described = archives.map((archive, index) => ({
      mediaType: layers[index].type ?? CONTENT,
      digest: digestOf(archive),
      size: archive.length,
    }));
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: described, annotations }));
    digests[tag] = digestOf(manifest);
    for (const reference of [tag, digests[tag]]) answers.set(`/v2/app/manifests/${reference}`, manifest);
  }
  registry().answer = (request, response) => {
    const body = answers.get(decodeURIComponent((request.url ?? '').split('?')[0]));
    if (body === undefined) return void response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digestOf(body) };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
  };
  return digests;
}

const repository = (spec: Partial<OCIRepositorySpec> = {}): OCIRepository =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'app', namespace: 'flux-system', generation: 1 },
    spec: { url: `oci://${registry().host}/app`, interval: '5m', insecure: true, ref: { tag: 'v1' }, ...spec },
  });

async function visit(object: OCIRepository) {
  const outcome: Outcome = await new OCIRepositoryReconciler(fake.runtime, sources).reconcile(object, fakeContext());
  return { outcome, after: fake.put(withOutcome(object, outcome)) };
}

const paths = async (object: OCIRepository, path = '.') => (await sources.content(refOf(object), path)).files.map((file) => file.path);

test('what a tag points at becomes an artifact, named as Flux names it', async () => {
  const { v1 } = serve({ v1: [{ files: { 'deploy/map.yaml': 'a: 1', 'docs/it.md': '' } }] });
  const { outcome, after } = await visit(repository());
  expect(outcome).toMatchObject({
    type: 'ready',
    reason: 'Succeeded',
    message: `stored artifact for digest 'v1@${v1}'`,
    againMs: 300_000,
    event: {
      reason: 'NewArtifact',
      message: `stored artifact with revision 'v1@${v1}' from '${after.spec.url}', origin source 'https://example.com', origin revision 'main@sha1:v1'`,
    },
  });
  expect(after.status?.artifact).toMatchObject({ revision: `v1@${v1}`, metadata: { 'org.opencontainers.image.source': 'https://example.com' } });
  expect(await paths(after, './deploy')).toEqual(['map.yaml']);
  expect((await visit(after)).outcome).not.toHaveProperty('change.fields');
});

test('an unchanged folder of a new artifact has the same digest', async () => {
  serve({ v1: [{ files: { 'a/x': '1', 'b/x': '1' } }] });
  const { after } = await visit(repository());
  const before = [await sources.digest(refOf(after), 'a'), await sources.digest(refOf(after), 'b')];
  serve({ v1: [{ files: { 'a/x': '1', 'b/x': '2' } }] });
  await visit(after);
  expect(await sources.digest(refOf(after), 'a')).toBe(before[0]);
  expect(await sources.digest(refOf(after), 'b')).not.toBe(before[1]);
  expect(await sources.digest(refOf(after), 'none')).toBeUndefined();
  await expect(sources.content(refOf(after), 'none')).rejects.toMatchObject({ code: 'FL1002' });
});

test.each([
  [{ semver: '1.x' }, '1.2.0'],
  [{ semver: '>=1.0.0-0', semverFilter: '.*-rc.*' }, '1.3.0-rc.1'],
  [{ semver: '1.x', tag: 'v1' }, '1.2.0'],
  [{}, 'latest'],
])('reference %j is tag %s', async (ref, tag) => {
  const tags = ['1.0.0', '1.2.0', '1.3.0-rc.1', '2.0.0', 'latest', 'v1'];
  const digests = serve(Object.fromEntries(tags.map((one) => [one, [{ files: { tag: one } }]])));
  expect((await visit(repository({ ref }))).after.status?.artifact?.revision).toBe(`${tag}@${digests[tag]}`);
});

test('a digest is its own revision', async () => {
  const { v1 } = serve({ v1: [{ files: { a: '1' } }] });
  expect((await visit(repository({ ref: { digest: v1, tag: 'other' } }))).after.status?.artifact?.revision).toBe(v1);
});

test('a layer is selected by its type; a copied one is taken whole', async () => {
  const type = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  serve({ v1: [{ files: { first: '' } }, { type, files: { 'web/Chart.yaml': 'name: web', 'web/logo.png': '' } }] });
  const { after } = await visit(repository());
  expect(await paths(after)).toEqual(['first']);
  const extracted = await visit({ ...after, spec: { ...after.spec, layerSelector: { mediaType: type } } });
  expect(extracted.outcome).toMatchObject({ change: { fields: { observedLayerSelector: { mediaType: type } } } });
  expect(await paths(extracted.after)).toEqual(['web/Chart.yaml']);
  const copied = await visit({ ...after, spec: { ...after.spec, layerSelector: { mediaType: type, operation: 'copy' } } });
  expect(await paths(copied.after)).toEqual(['web/Chart.yaml', 'web/logo.png']);
});

test('spec.ignore takes the place of the default exclusions', async () => {
  serve({ v1: [{ files: { 'a.yaml': '', 'a.png': '', 'docs/a.yaml': '' } }] });
  const { after } = await visit(repository({ ignore: 'docs/' }));
  expect(await paths(after)).toEqual(['a.png', 'a.yaml']);
  expect(after.status?.observedIgnore).toBe('docs/');
});

test('while the registry is down the artifact stays and is read from disk, also after a restart', async () => {
  serve({ v1: [{ files: { a: '1' } }] });
  const { after } = await visit(repository());
  await registry().stop();
  start();
  const down = await visit(fake.put(after));
  expect(down.outcome).toMatchObject({ type: 'failed', reason: 'OCIArtifactPullFailed', error: { code: 'FL1101' } });
  expect(await paths(down.after)).toEqual(['a']);
});

test('what was asked for in vain is told of once it is here again', async () => {
  serve({ v1: [{ files: { a: '1' } }] });
  const { after } = await visit(repository());
  const { answer } = registry();
  registry().answer = (_, response) => response.writeHead(500).end();
  rmSync(join(folder, 'data'), { recursive: true });
  await expect(sources.content(refOf(after), '.')).rejects.toMatchObject({ code: 'FL1001' });
  registry().answer = answer;
  const sourceRef = { kind: 'OCIRepository', name: 'app' };
  fake.put({ apiVersion: 'v1', kind: 'Kustomization', metadata: { name: 'app', namespace: 'flux-system' }, spec: { sourceRef } });
  await visit(after);
  expect(fake.asked).toEqual([{ ref: { kind: 'Kustomization', namespace: 'flux-system', name: 'app' }, cause: 'source' }]);
}, 20_000);

test.each([
  [{ ref: { tag: 'none' } }, { type: 'failed', reason: 'ReadOperationFailed', error: { code: 'FL1128' } }],
  [
    { ref: { semver: '^9' } },
    { type: 'failed', reason: 'ReadOperationFailed', error: { message: expect.stringContaining('no match found for semver: ^9') } },
  ],
  [{ ref: { semver: 'no range' } }, { type: 'failed', reason: 'ReadOperationFailed' }],
  [{ ref: { semver: '1.x', semverFilter: '(' } }, { type: 'failed', error: { message: expect.stringContaining('no regular expression') } }],
  [{ layerSelector: { mediaType: 'none' } }, { type: 'failed', reason: 'OCIArtifactLayerOperationFailed', error: { code: 'FL1127' } }],
  [{ url: 'oci://ghcr.io/app:v1' }, { type: 'stalled', reason: 'URLInvalid' }],
  [{ verify: { provider: 'cosign' } }, { type: 'stalled', reason: 'UnsupportedField' }],
  [{ provider: 'aws' }, { type: 'stalled', reason: 'UnsupportedField' }],
  [{ suspend: true }, { type: 'suspended' }],
])('%j is %j', async (spec, expected) => {
  serve({ v1: [{ files: { a: '1' } }] });
  expect((await visit(repository(spec))).outcome).toMatchObject(expected);
});

test('credentials come from a docker configuration, and are never said', async () => {
  serve({ v1: [{ files: { a: '1' } }] });
  const { answer } = registry();
  registry().answer = (request, response, body) => {
    const isLetIn = request.headers.authorization === `Basic ${Buffer.from('user:hunter2').toString('base64')}`;
    if (isLetIn) answer(request, response, body);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' }).end();
  };
  const auths = { [registry().host]: { username: 'user', password: 'hunter2' } };
  fake.secret('flux-system', 'pull', { '.dockerconfigjson': JSON.stringify({ auths }) });
  expect((await visit(repository())).outcome).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed' });
  expect((await visit(repository({ secretRef: { name: 'pull' } }))).outcome).toMatchObject({ type: 'ready' });
  expect(fake.secretsTold).toContain('hunter2');
});
