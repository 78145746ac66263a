import { readyOf } from '../../../src/agent/runtime/dependencies';
import { kinds } from '../../../src/model/kinds';
import type { FakeRegistry } from '../../oci/fake-registry';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { deleteTag, pushImage } from '../../support/registry';
import { ChoosingWorld } from './choosing-world';

let world: ChoosingWorld;
let door: FakeRegistry;
let name: string;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.stop());
const bed = useBed({ git: false, scheduler: false, kwok: false });

beforeAll(async () => {
  world = await ChoosingWorld.start(bed());
}, BUILD_TIMEOUT_MS);

beforeEach(async () => {
  name = world.unique();
  door = await world.door();
});
afterEach(() => door.stop());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 10, minute));
const push = (tags: string | readonly string[], minute: number | null) =>
  pushImage(bed().registry, name, tags, { created: minute === null ? null : at(minute) });
const image = () => `${door.host}/${name}`;
const manifestsAsked = () => door.requests.filter((request) => request.includes('/manifests/') || request.includes('/blobs/'));

test('an image repository and its policy say what they found and chose', async () => {
  const digest = await push('dev-b', 1);
  await push('dev-a', 2);
  await push('tmp-1', 3);
  await push('dev-undated', null);
  await world.repository(name, { image: image() });
  await world.newest(name, { filter: { glob: 'dev-*' }, exclude: [{ glob: '*never*' }] }, { digestReflectionPolicy: 'IfNotPresent' });
  const policy = await world.chosen(name, 'dev-a');
  expect(readyOf(policy)).toMatchObject({
    reason: 'Succeeded',
    message: expect.stringMatching(
      /resolved to dev-a with digest sha256:[0-9a-f]{64}: dev-a was built last, of 2 among 4 tags; left out: 1 without creation time \(dev-undated\); built 2026-11-01T10:02:00Z$/,
    ),
  });
  expect(policy.status?.observedGeneration).toBe(1);
  expect(policy.status?.latestRef?.digest).not.toBe(digest);
  const repository = await world.untilRepository(name, (found) => readyOf(found)?.status === 'True');
  expect(repository.status).toMatchObject({
    canonicalImageName: image(),
    lastScanResult: { tagCount: 4, latestTags: ['tmp-1', 'dev-undated', 'dev-b', 'dev-a'] },
  });
});

test('each build is chosen, although CI points a second tag at it each time', async () => {
  await world.repository(name, { image: image() });
  await world.newest(name);
  for (const [minute, sha] of ['1f00aa7', '0c11bb2', '9d22cc3'].entries()) {
    await push([sha, 'master'], minute);
    await world.scan(name);
    await world.chosen(name, sha);
  }
});

test('versions are chosen by range, signatures and excluded tags aside', async () => {
  await push(['1.0.0', '1.10.0', '1.9.0', '2.0.0', '1.11.0-rc.1', 'sha256-abc.sig'], 1);
  await world.repository(name, { image: image(), exclusionList: ['\\.sig$', '^1\\.10'] });
  await world.policy(name, { policy: { semver: { range: '1.x' } } });
  await world.chosen(name, '1.9.0');
});

test('a digest follows the tag it is of', async () => {
  const first = await push('main', 1);
  await world.repository(name, { image: image() });
  await world.policy(name, { policy: { alphabetical: {} }, digestReflectionPolicy: 'Always', interval: '1h' });
  expect((await world.chosen(name, 'main')).status?.latestRef?.digest).toBe(first);
  const second = await push('main', 2);
  await world.request(kinds.ImagePolicy, name);
  const policy = await world.untilPolicy(name, (found) => found.status?.latestRef?.digest === second);
  expect(policy.status?.observedPreviousRef).toMatchObject({ tag: 'main', digest: first });
});

test('what moved is seen by the next scan, which says so', async () => {
  await push('edge', 1);
  await world.repository(name, { image: image() });
  await world.newest(name);
  await world.chosen(name, 'edge');
  await push('edge', 7);
  const repository = await world.scan(name);
  expect(repository.status?.conditions).toContainEqual(expect.objectContaining({ type: 'fairlead.dev/MovingTags', message: 'edge' }));
  await world.untilPolicy(name, (found) => readyOf(found)?.message.endsWith('built 2026-11-01T10:07:00Z') === true);
});

test('a scan that finds nothing new asks for the list and the chosen tag, and writes no status of policies', async () => {
  await push(['a', 'b', 'c'], 1);
  await world.repository(name, { image: image() });
  await world.newest(name);
  await world.chosen(name, 'a');
  await world.rest();
  const before = { policies: await world.statusWrites(kinds.ImagePolicy), repositories: await world.statusWrites(kinds.ImageRepository) };
  door.requests.splice(0);
  await world.scan(name);
  await world.rest();
  expect(door.requests).toEqual([`GET /v2/${name}/tags/list?n=1000`, `HEAD /v2/${name}/manifests/a`]);
  expect(await world.statusWrites(kinds.ImagePolicy)).toBe(before.policies);
  expect(await world.statusWrites(kinds.ImageRepository)).toBe(before.repositories + 1);
});

test('a tag that is gone gives way, and where none is left the last choice stays', async () => {
  await push('a', 1);
  await push('b', 2);
  await world.repository(name, { image: image() });
  await world.newest(name);
  await world.chosen(name, 'b');
  await deleteTag(bed().registry, name, 'b');
  await world.scan(name);
  expect(readyOf(await world.chosen(name, 'a'))?.message).toContain(`(previously ${image()}:b, which is gone)`);
  await deleteTag(bed().registry, name, 'a');
  expect((await world.scan(name)).status?.lastScanResult?.tagCount).toBe(0);
  const policy = await world.notReady(name, 'DependencyNotReady');
  expect(policy.status?.latestRef?.tag).toBe('a');
  await push('c', 3);
  await world.scan(name);
  await world.chosen(name, 'c');
});

test('a registry that is down, refuses or asks for patience changes no choice, and is back by itself', async () => {
  await push('a', 1);
  await world.repository(name, { image: image() });
  await world.newest(name);
  await world.chosen(name, 'a');
  door.answer = (_, response) => response.writeHead(500).end();
  await world.request(kinds.ImageRepository, name);
  await world.untilRepository(name, (found) => readyOf(found)?.reason === 'ReadOperationFailed');
  door.answer = (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  const refused = await world.untilRepository(name, (found) => readyOf(found)?.reason === 'AuthenticationFailed');
  expect(readyOf(refused)?.message).toContain('FL1105');
  expect(readyOf(await world.chosen(name, 'a'))?.status).toBe('True');
  await push('b', 2);
  door.answer = world.forward;
  await world.chosen(name, 'b');
  await world.untilRepository(name, (found) => readyOf(found)?.status === 'True');
  door.answer = (_, response) => response.writeHead(429, { 'retry-after': '600' }).end();
  await world.request(kinds.ImageRepository, name);
  const limited = await world.untilRepository(name, (found) => readyOf(found)?.status === 'False');
  expect(readyOf(limited)).toMatchObject({ reason: 'ReadOperationFailed', message: expect.stringContaining('FL1104') });
  const asked = door.requests.length;
  await world.rest();
  expect(door.requests.length).toBe(asked);
  await world.chosen(name, 'b');
});

test('credentials of a pull secret are used, and a new one is seen', async () => {
  await push('a', 1);
  const wanted = `Basic ${Buffer.from('robot:second-token').toString('base64')}`;
  door.answer = (request, response, body) => {
    if (request.headers.authorization === wanted) world.forward(request, response, body);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  };
  const secret = (password: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name, namespace: 'flux-system' },
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [door.host]: { username: 'robot', password } } }) },
  });
  await world.repository(name, { image: image(), secretRef: { name } });
  await world.newest(name);
  const missing = await world.untilRepository(name, (found) => readyOf(found)?.reason === 'AuthenticationFailed');
  expect(readyOf(missing)?.message).toContain(`secret flux-system/${name} does not exist`);
  await world.client.create(secret('first-token'));
  const refused = await world.untilRepository(name, (found) => readyOf(found)?.message.includes('refuses access') === true);
  expect(readyOf(refused)?.message).not.toContain('first-token');
  await world.client.patch({ group: '', version: 'v1', kind: 'Secret', namespace: 'flux-system', name }, 'merge', {
    stringData: secret('second-token').stringData,
  });
  await world.chosen(name, 'a');
});

// Last, since it starts the agent anew.
test('a restart asks for no manifest again, and a lost folder for no choice', async () => {
  await push('a', 1);
  await push('b', 2);
  await world.repository(name, { image: image() });
  await world.newest(name);
  const before = await world.chosen(name, 'b');
  await world.rest();
  await world.stopAgent();
  door.requests.splice(0);
  await world.startAgent();
  await world.rest();
  expect(manifestsAsked()).toEqual([]);
  await push('c', 3);
  await world.scan(name);
  await world.chosen(name, 'c');
  expect(manifestsAsked().filter((request) => !request.includes('/blobs/'))).toEqual([`HEAD /v2/${name}/manifests/b`, `GET /v2/${name}/manifests/c`]);
  await world.stopAgent();
  await world.startAgent('lost');
  await world.rest();
  const after = await world.untilPolicy(name, (found) => found.status?.latestRef?.tag === 'c');
  expect(after.status?.observedPreviousRef).toEqual(before.status?.latestRef);
});
