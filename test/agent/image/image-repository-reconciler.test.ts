import { errors } from '../../../src/common/errors';
import { ImageWorld } from './image-world';

let world: ImageWorld;
beforeEach(() => {
  world = new ImageWorld();
});
afterEach(() => world.close());

const counts = (object: { status?: { lastScanResult?: { tagCount: number } } }) => object.status?.lastScanResult?.tagCount;

test('a scan is reported as Flux reports it', async () => {
  for (const tag of ['a', 'b', 'sha256-1.sig']) world.registry.push(tag);
  const outcome = await world.visit(world.repository({ image: 'stefanprodan/podinfo' }));
  expect(outcome).toMatchObject({
    type: 'ready',
    reason: 'Succeeded',
    message: expect.stringMatching(/^successful scan: found 2 tags with checksum sha256:[0-9a-f]{64}$/),
    againMs: 3_600_000,
  });
  expect(outcome.after.status).toMatchObject({
    canonicalImageName: 'index.docker.io/stefanprodan/podinfo',
    observedExclusionList: ['^.*\\.sig$'],
    lastScanResult: { tagCount: 2, latestTags: ['b', 'a'], revision: expect.stringMatching(/^sha256:/), scanTime: expect.stringMatching(/Z$/) },
  });
});

test('policies are asked for only where the tags changed', async () => {
  const repository = world.repository();
  world.policy();
  world.registry.push('a');
  await world.visit(repository);
  expect(world.woken('ImagePolicy')).toEqual(['app']);
  await world.visit(repository);
  expect(world.woken('ImagePolicy')).toEqual([]);
  world.registry.push('b');
  await world.visit(repository);
  expect(world.woken('ImagePolicy')).toEqual(['app']);
});

test('what is left out counts at once, although the registry says what it said before', async () => {
  for (const tag of ['a', 'tmp']) world.registry.push(tag);
  const repository = world.repository();
  world.policy();
  await world.visit(repository);
  world.woken('ImagePolicy');
  const outcome = await world.visit(world.edit(repository, { exclusionList: ['^tmp'] }));
  expect(outcome.after.status?.lastScanResult).toMatchObject({ tagCount: 1, latestTags: ['a'] });
  expect(world.woken('ImagePolicy')).toEqual(['app']);
});

test.each([
  ['a scheme', { image: 'https://ghcr.io/app' }, 'ImageURLInvalid', 'https://'],
  ['a tag', { image: 'ghcr.io/app:1' }, 'ImageURLInvalid', "remove ':1'"],
  ['a provider', { provider: 'aws' }, 'UnsupportedField', 'spec.provider aws'],
  ['an exclusion that is none', { exclusionList: ['('] }, 'InvalidExclusionList', 'spec.exclusionList'],
])('%s stops it until the spec changes', async (_name, spec, reason, message) => {
  expect(await world.visit(world.repository(spec))).toMatchObject({ type: 'stalled', reason, message: expect.stringContaining(message) });
  expect(world.registry.asked).toEqual([]);
});

test('a registry that cannot be reached leaves what was found in use, and is asked again', async () => {
  world.registry.push('a');
  const repository = world.repository();
  const policy = world.policy();
  await world.scanned(repository, policy);
  world.registry.failure = errors.RegistryUnreachable({ url: 'https://registry.example.com/v2/', reason: 'connect ECONNREFUSED' });
  const outcome = await world.visit(repository);
  expect(outcome).toMatchObject({ type: 'failed', reason: 'ReadOperationFailed' });
  expect(counts(outcome.after)).toBe(1);
  expect(await world.visit(policy)).toMatchObject({ type: 'ready', message: expect.stringContaining('resolved to a') });
  world.registry.failure = undefined;
  expect(await world.visit(repository, ['retry'])).toMatchObject({ type: 'ready' });
});

test('refused credentials are another reason, and are read again the next time', async () => {
  world.fake.secret('flux-system', 'creds', { username: 'me', password: 'first-password' });
  const repository = world.repository({ secretRef: { name: 'creds' } });
  world.registry.failure = errors.RegistryAuthFailed({ host: 'registry.example.com', repository: 'team/app', reason: '401', remedy: 'log in' });
  expect(await world.visit(repository)).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed' });
  world.registry.failure = undefined;
  world.fake.secret('flux-system', 'creds', { username: 'me', password: 'second-password' });
  expect(await world.visit(repository, ['retry'])).toMatchObject({ type: 'ready' });
  expect(world.accesses.map(({ password }) => password)).toEqual(['first-password', 'second-password']);
  expect(world.fake.secretsTold).toContain('second-password');
});

test('a registry that asks for patience is visited when it said', async () => {
  world.registry.failure = Object.assign(errors.RegistryRateLimited({ host: 'registry.example.com', seconds: 90 }), { retryAfterMs: 90_000 });
  expect(await world.visit(world.repository())).toMatchObject({ type: 'failed', reason: 'ReadOperationFailed', againMs: 90_000 });
});

test('no tags at all is a successful scan, and what is known of tags waits for their return', async () => {
  const repository = world.repository();
  const policy = world.newest();
  const image = world.registry.push('a');
  await world.scanned(repository, policy);
  world.registry.delete('a');
  const [outcome] = await world.scanned(repository, policy);
  expect(counts(world.latest(repository))).toBe(0);
  expect(outcome).toMatchObject({ type: 'waiting', reason: 'DependencyNotReady', message: expect.stringContaining('no tags were found') });
  expect(outcome.after.status?.latestRef).toEqual({ name: 'registry.example.com/team/app', tag: 'a' });
  world.registry.push('a', image);
  world.registry.takeAsked();
  const [again] = await world.scanned(repository, policy);
  expect(again).toMatchObject({ type: 'ready' });
  expect(world.registry.takeAsked()).toEqual(['tags', 'digest a']);
});

test('what was scanned just before a restart is not scanned again before its time', async () => {
  world.registry.push('a');
  const repository = world.repository();
  await world.visit(repository);
  world.registry.takeAsked();
  world.restart();
  expect(await world.visit(repository, ['created'])).toMatchObject({ type: 'unchanged', againMs: expect.any(Number) });
  expect(world.registry.takeAsked()).toEqual([]);
  expect(await world.visit(repository, ['created', 'requested'])).toMatchObject({ type: 'ready' });
  world.restart({ folder: 'lost' });
  expect(await world.visit(repository, ['created'])).toMatchObject({ type: 'ready' });
});

test('an object that is deleted leaves nothing on disk', async () => {
  world.registry.push('a');
  const repository = world.repository();
  await world.visit(repository);
  expect(world.kept()).not.toEqual([]);
  await world.finalize(repository);
  expect(world.kept()).toEqual([]);
});
