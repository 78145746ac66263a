import { errors } from '../../../src/common/errors';
import { ImageWorld } from './image-world';

let world: ImageWorld;
beforeEach(() => {
  world = new ImageWorld();
});
afterEach(() => world.close());

const name = 'registry.example.com/team/app';

describe('which tag', () => {
  test('is chosen by the fields of Flux, and the message says of how many', async () => {
    for (const tag of ['1.0.0', '1.2.0', '1.10.0', '2.0.0', 'latest']) world.registry.push(tag);
    const policy = world.policy({ policy: { semver: { range: '1.x' } } });
    const [outcome] = await world.scanned(world.repository(), policy);
    expect(outcome).toMatchObject({
      type: 'ready',
      message: expect.stringMatching(
        /^Latest image tag for registry\.example\.com\/team\/app resolved to 1\.10\.0: 1\.10\.0 is the highest version in '1\.x', of 3 among 5 tags/,
      ),
    });
    expect(outcome.after.status?.latestRef).toEqual({ name, tag: '1.10.0' });
    expect(outcome.after.status?.observedPreviousRef).toBeUndefined();
    expect(world.registry.takeAsked()).toEqual(['tags']);
  });

  test('by creation time is that of the image built last among those that match', async () => {
    world.registry.push('dev-zzz');
    world.registry.push('dev-aaa');
    world.registry.push('tmp-1');
    world.registry.push('dev-undated', { created: undefined });
    const policy = world.newest({ filter: { glob: 'dev-*' } });
    const [outcome] = await world.scanned(world.repository(), policy);
    expect(outcome).toMatchObject({
      type: 'ready',
      message: `Latest image tag for ${name} resolved to dev-aaa: dev-aaa was built last, of 2 among 4 tags; left out: 1 without creation time (dev-undated); built 2026-11-01T00:02:00Z`,
    });
    expect(world.registry.takeAsked().sort()).toEqual(['info dev-aaa', 'info dev-undated', 'info dev-zzz', 'tags']);
  });

  test('is new with each build, although a tag moves along with it', async () => {
    const repository = world.repository();
    const policy = world.newest();
    for (const sha of ['1f00aa7', '0c11bb2', '9d22cc3']) {
      const image = world.registry.push(sha);
      world.registry.push('master', image);
      const [outcome] = await world.scanned(repository, policy);
      expect(outcome.after.status?.latestRef?.tag).toBe(sha);
    }
  });

  test('that moved is noticed at the next scan, and loses ties from then on', async () => {
    const repository = world.repository();
    const policy = world.newest();
    world.registry.push('a');
    world.registry.push('main');
    await world.scanned(repository, policy);
    world.registry.push('main');
    world.registry.takeAsked();
    const [outcome] = await world.scanned(repository, policy);
    expect(outcome).toMatchObject({ type: 'ready', message: expect.stringContaining('built 2026-11-01T00:03:00Z') });
    expect(world.registry.takeAsked()).toEqual(['tags', 'digest main', 'info main']);
    await world.visit(repository);
    expect(world.latest(repository).status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'fairlead.dev/MovingTags', status: 'True', message: 'main' }),
    );
    world.restart({ folder: 'lost' });
    world.registry.push('zz', world.registry.push('main'));
    await world.visit(repository);
    expect((await world.visit(policy)).after.status?.latestRef?.tag).toBe('zz');
  });

  test('that is gone gives way to another, and the message says so', async () => {
    const repository = world.repository();
    const policy = world.policy();
    world.registry.push('a');
    world.registry.push('b');
    await world.scanned(repository, policy);
    world.registry.delete('b');
    const [outcome] = await world.scanned(repository, policy);
    expect(outcome).toMatchObject({ type: 'ready', message: expect.stringContaining(`resolved to a (previously ${name}:b, which is gone): `) });
    expect(outcome.after.status).toMatchObject({ latestRef: { tag: 'a' }, observedPreviousRef: { tag: 'b' } });
  });

  test('is the earlier one where none matches any more', async () => {
    const repository = world.repository();
    const policy = world.policy({ filterTags: { pattern: '^v' } });
    world.registry.push('v1');
    await world.scanned(repository, policy);
    world.registry.delete('v1');
    world.registry.push('w1');
    const [outcome] = await world.scanned(repository, policy);
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'Failure', message: 'none of 1 tags matches', on: [] });
    expect(outcome.after.status?.latestRef?.tag).toBe('v1');
  });

  test('a new tag that does not match changes nothing that is said', async () => {
    const repository = world.repository();
    const policy = world.policy({ filterTags: { pattern: '^v' } });
    world.registry.push('v1');
    const [first] = await world.scanned(repository, policy);
    world.registry.push('w1');
    const [second] = await world.scanned(repository, policy);
    expect(second.after.status).toEqual(first.after.status);
  });
});

describe('what keeps a policy from choosing', () => {
  test.each([
    ['a regular expression that is none of RE2', { filterTags: { pattern: '^((?!tmp).)*$' } }, 'exclude what contains tmp'],
    ['a range that is none', { policy: { semver: { range: 'latest' } } }, "'latest' is no range of versions"],
    ['no rule at all', { policy: {} }, 'spec.policy names none'],
  ])('%s stops it until it is corrected', async (_name, spec, message) => {
    expect(await world.visit(world.policy(spec))).toMatchObject({
      type: 'stalled',
      reason: 'InvalidPolicy',
      message: expect.stringContaining(message),
    });
  });

  test('an interval is needed for a digest that is followed', async () => {
    const policy = world.policy({ digestReflectionPolicy: 'Always' });
    expect(await world.visit(policy)).toMatchObject({ type: 'stalled', reason: 'IntervalNotConfigured' });
  });

  test('an ImageRepository that is missing is waited for', async () => {
    expect(await world.visit(world.policy())).toMatchObject({
      type: 'waiting',
      reason: 'DependencyNotReady',
      message: 'there is no ImageRepository/flux-system/app',
      on: [{ kind: 'ImageRepository', namespace: 'flux-system', name: 'app' }],
    });
  });

  test('one without a scan is waited for, and an earlier choice stays as it is', async () => {
    const repository = world.repository();
    const policy = world.policy();
    expect(await world.visit(policy)).toMatchObject({ type: 'waiting', reason: 'DependencyNotReady', on: [] });
    world.registry.push('a');
    await world.scanned(repository, policy);
    world.restart({ folder: 'lost' });
    expect(await world.visit(policy)).toMatchObject({ type: 'unchanged' });
    expect(await world.scanned(repository, policy)).toMatchObject([{ type: 'ready' }]);
  });

  test('another namespace needs to be let in by its labels', async () => {
    world.registry.push('a');
    const repository = world.repository();
    await world.visit(repository);
    const policy = world.policy({}, {}, 'apps');
    expect(await world.visit(policy)).toMatchObject({ type: 'failed', reason: 'AccessDenied' });
    world.fake.cluster.set('Namespace//apps', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps', labels: { team: 'a' } } });
    world.edit(repository, { accessFrom: { namespaceSelectors: [{ matchLabels: { team: 'b' } }] } });
    expect(world.woken('ImagePolicy')).toEqual(['app']);
    expect(await world.visit(policy)).toMatchObject({ type: 'failed', reason: 'AccessDenied' });
    world.edit(repository, { accessFrom: { namespaceSelectors: [{ matchLabels: { team: 'a' } }] } });
    expect(await world.visit(policy)).toMatchObject({ type: 'ready' });
  });
});

describe('what is learnt of tags', () => {
  test('is asked for once, also across restarts', async () => {
    for (const tag of ['a', 'b', 'c']) world.registry.push(tag);
    const repository = world.repository();
    const policy = world.newest();
    await world.scanned(repository, policy);
    world.registry.takeAsked();
    world.restart();
    expect((await world.visit(policy)).after.status?.latestRef?.tag).toBe('c');
    expect(world.registry.takeAsked()).toEqual([]);
    world.registry.push('d');
    await world.scanned(repository, policy);
    expect(world.registry.takeAsked()).toEqual(['tags', 'digest c', 'info d']);
  });

  test('stays where the registry fails in between; until all is known the earlier choice stays', async () => {
    const repository = world.repository();
    const policy = world.newest();
    world.registry.push('a');
    await world.scanned(repository, policy);
    for (let index = 0; index < 20; index++) world.registry.push(`b${index}`);
    world.registry.spoil('b13', errors.RegistryUnreachable({ url: 'https://registry.example.com', reason: 'reset' }));
    const [outcome] = await world.scanned(repository, policy);
    expect(outcome).toMatchObject({ type: 'failed', reason: 'Failure' });
    expect(outcome.after.status?.latestRef?.tag).toBe('a');
    const asked = world.registry.takeAsked().filter((request) => request.startsWith('info b') && request !== 'info b13');
    world.registry.push('b13', { created: new Date(0) });
    expect((await world.visit(policy, ['retry'])).after.status?.latestRef?.tag).toBe('b19');
    const again = world.registry.takeAsked().filter((request) => request !== 'info b13');
    expect(again.filter((request) => asked.includes(request))).toEqual([]);
    expect(again.length + asked.length).toBe(19);
  });

  test('is none of a tag whose manifest is none: the others are chosen from', async () => {
    world.registry.push('a');
    world.registry.spoil('b', errors.RegistryAnswerInvalid({ url: 'app:b', reason: 'its manifest is no JSON object' }));
    const [outcome] = await world.scanned(world.repository(), world.newest());
    expect(outcome).toMatchObject({ type: 'ready', message: expect.stringMatching(/resolved to a: .*; 1 cannot be used \(b: .*no JSON object\)/) });
  });
});

describe('digests', () => {
  test('are asked for once where that is wanted', async () => {
    const repository = world.repository();
    const policy = world.policy({ digestReflectionPolicy: 'IfNotPresent' });
    const { digest } = world.registry.push('a');
    await world.scanned(repository, policy);
    world.registry.push('a');
    world.registry.takeAsked();
    const outcome = await world.visit(policy);
    expect(outcome.after.status?.latestRef).toEqual({ name, tag: 'a', digest });
    expect(world.registry.takeAsked()).toEqual([]);
  });

  test('of an image that was looked at for its age need no request', async () => {
    const { digest } = world.registry.push('a');
    const [outcome] = await world.scanned(world.repository(), world.newest({}, { digestReflectionPolicy: 'IfNotPresent' }));
    expect(outcome.after.status?.latestRef?.digest).toBe(digest);
    expect(world.registry.takeAsked()).toEqual(['tags', 'info a']);
  });

  test('follow a tag at the interval', async () => {
    const policy = world.policy({ digestReflectionPolicy: 'Always', interval: '5m' });
    const before = world.registry.push('a');
    const [first] = await world.scanned(world.repository(), policy);
    expect(first).toMatchObject({ type: 'ready', againMs: 300_000 });
    const after = world.registry.push('a');
    const second = await world.visit(policy);
    expect(second.after.status).toMatchObject({
      latestRef: { name, tag: 'a', digest: after.digest },
      observedPreviousRef: { name, tag: 'a', digest: before.digest },
    });
  });

  test('are gone from the status where they are not wanted any more', async () => {
    const policy = world.policy({ digestReflectionPolicy: 'IfNotPresent' });
    world.registry.push('a');
    await world.scanned(world.repository(), policy);
    world.edit(policy, { digestReflectionPolicy: 'Never' });
    expect((await world.visit(policy)).after.status?.latestRef).toEqual({ name, tag: 'a' });
  });
});

describe('versions of a chart', () => {
  const chart = { 'fairlead.dev/chart': 'HelmRepository/flux-system/bitnami/external-dns' };
  const spec = { policy: { semver: { range: '6.x' } } };
  const helmRepository = (type = 'default') =>
    world.put({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { name: 'bitnami', namespace: 'flux-system', generation: 1 },
      spec: { url: 'https://charts.bitnami.com/bitnami', type },
    });

  test('come with the digests of the index', async () => {
    helmRepository();
    const releases = [
      { version: '6.2.7', digest: 'sha256:a' },
      { version: '7.0.0', digest: 'sha256:b' },
    ];
    world.charts = { ...world.charts, chartVersions: async () => ({ name: 'charts.bitnami.com/bitnami/external-dns', releases }) };
    const outcome = await world.visit(world.policy(spec, chart));
    expect(outcome).toMatchObject({ type: 'ready', againMs: undefined });
    expect(outcome.after.status?.latestRef).toEqual({ name: 'charts.bitnami.com/bitnami/external-dns', tag: '6.2.7', digest: 'sha256:a' });
  });

  test('of a registry are looked at by time, and the digest of the chosen one alone is asked for', async () => {
    helmRepository('oci');
    const asked: string[] = [];
    world.charts = {
      chartVersions: async () => ({ name: 'ghcr.io/charts/app', releases: [{ version: '6.0.0' }, { version: '6.1.0' }] }),
      chartDigest: async (_ref, _chart, version) => {
        asked.push(version);
        return 'sha256:c';
      },
    };
    const policy = world.policy(spec, chart);
    const outcome = await world.visit(policy);
    expect(outcome).toMatchObject({ type: 'ready', againMs: 600_000 });
    await world.visit(policy);
    expect(outcome.after.status?.latestRef).toEqual({ name: 'ghcr.io/charts/app', tag: '6.1.0', digest: 'sha256:c' });
    expect(asked).toEqual(['6.1.0']);
  });

  test('wait for a HelmRepository that is missing, and are looked at when its index is new', async () => {
    const policy = world.policy(spec, chart);
    expect(await world.visit(policy)).toMatchObject({ type: 'waiting', message: 'there is no HelmRepository/flux-system/bitnami' });
    const repository = helmRepository();
    expect(world.woken('ImagePolicy')).toEqual(['app']);
    world.put({ ...repository, status: { artifact: { revision: 'sha256:1' } } });
    expect(world.woken('ImagePolicy')).toEqual(['app']);
    world.put({ ...repository, status: { artifact: { revision: 'sha256:1' }, conditions: [] } });
    expect(world.woken('ImagePolicy')).toEqual([]);
  });

  test('need an annotation that names one', async () => {
    const policy = world.policy(spec, { 'fairlead.dev/chart': 'bitnami/external-dns' });
    expect(await world.visit(policy)).toMatchObject({ type: 'stalled', reason: 'InvalidPolicy', message: expect.stringContaining('FL1155') });
  });
});
