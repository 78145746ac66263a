import { rootCertificates } from 'node:tls';
import { accessOf } from '../../../src/agent/image/registry-access-values';
import { ImageWorld } from './image-world';

const image = 'ghcr.io/team/app';
const config = (auths: object) => ({ '.dockerconfigjson': JSON.stringify({ auths }) });
const secret = (name: string, values: Readonly<Record<string, string>>) => ({ name: `flux-system/${name}`, values });

describe('what Secrets allow', () => {
  const access = (...credentials: ReturnType<typeof secret>[]) => accessOf({ image, insecure: false, credentials });

  test('is nothing without one', () => {
    expect(access()).toEqual({});
  });

  test.each([
    ['a pull secret', config({ 'ghcr.io': { username: 'robot', password: 'token' } })],
    ['an older pull secret', { '.dockercfg': JSON.stringify({ 'ghcr.io': { username: 'robot', password: 'token' } }) }],
    ['username and password', { username: 'robot', password: 'token' }],
  ])('is said by %s', (_name, values) => {
    expect(access(secret('a', values))).toEqual({ username: 'robot', password: 'token', secret: 'flux-system/a' });
  });

  test('is taken from the first that has something for the registry', () => {
    const other = secret('other', config({ 'quay.io': { username: 'me', password: 'elsewhere' } }));
    const own = secret('own', config({ 'ghcr.io': { username: 'robot', password: 'token' } }));
    expect(access(other, own)).toMatchObject({ username: 'robot', secret: 'flux-system/own' });
    expect(access(other)).toEqual({ secret: 'flux-system/other' });
  });

  test('includes authorities beside those of the system, client certificates and a proxy', () => {
    const certificates = secret('tls', { 'ca.crt': 'AUTHORITY', 'tls.crt': 'CERTIFICATE', 'tls.key': 'KEY' });
    const proxy = secret('proxy', { address: 'http://proxy:3128', username: 'me', password: 'p:w' });
    expect(accessOf({ image, insecure: true, credentials: [], certificates, proxy })).toEqual({
      insecure: true,
      certificateAuthority: ['AUTHORITY', ...rootCertificates].join('\n'),
      clientCertificate: 'CERTIFICATE',
      clientKey: 'KEY',
      proxy: 'http://me:p%3Aw@proxy:3128/',
    });
  });

  test.each([
    ['credentials', { credentials: [secret('a', { password: 'x' })] }, 'secret flux-system/a has none of .dockerconfigjson'],
    ['certificates', { certificates: secret('a', {}) }, 'secret flux-system/a has neither ca.crt nor tls.crt'],
    ['a proxy', { proxy: secret('a', { address: 'proxy' }) }, 'secret flux-system/a has no key address'],
  ])('is refused where there are no %s in it', (_name, secrets, message) => {
    expect(() => accessOf({ image, insecure: false, credentials: [], ...secrets })).toThrow(message);
  });
});

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
