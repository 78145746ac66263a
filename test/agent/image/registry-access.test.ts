import { ImageWorld } from './image-world';

const config = (auths: object) => ({ '.dockerconfigjson': JSON.stringify({ auths }) });

describe('Secrets of an ImageRepository', () => {
  let world: ImageWorld;
  beforeEach(() => {
    world = new ImageWorld();
  });
  afterEach(() => world.close());

  test('are read once and watched, those of its service account too', async () => {
    world.fake.secret('flux-system', 'pull', config({ 'registry.example.com': { username: 'robot', password: 'first-token' } }));
    world.fake.cluster.set('ServiceAccount/flux-system/puller', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'puller', namespace: 'flux-system' },
      imagePullSecrets: [{ name: 'pull' }],
    });
    const repository = world.repository({ serviceAccountName: 'puller' });
    await world.visit(repository);
    await world.visit(repository);
    expect(world.accesses).toEqual([{ username: 'robot', password: 'first-token', secret: 'flux-system/pull' }]);
    expect([...world.fake.watched.keys()]).toEqual(['ServiceAccount/flux-system/puller', 'Secret/flux-system/pull']);
    world.fake.secret('flux-system', 'pull', config({ 'registry.example.com': { username: 'robot', password: 'second-token' } }));
    await world.visit(repository, ['values']);
    expect(world.accesses.at(-1)).toMatchObject({ password: 'second-token' });
  });

  test('are waited for by watch where they are missing', async () => {
    const outcome = await world.visit(world.repository({ secretRef: { name: 'none' } }));
    expect(outcome).toMatchObject({ type: 'failed', reason: 'AuthenticationFailed', error: { code: 'FL1153' } });
    expect([...world.fake.watched.keys()]).toEqual(['Secret/flux-system/none']);
    expect(world.registry.asked).toEqual([]);
  });
});
