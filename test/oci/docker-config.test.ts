import { errors } from '../../src/common/errors';
import { credentialsFor, parseDockerConfig } from '../../src/oci/docker-config';
import { parseImageName } from '../../src/oci/image-name';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const found = (image: string, auths: Record<string, object>) => credentialsFor(parseImageName(image), { auths }, 'test');
const auth = { username: 'me', password: 'secret' };

test.each([
  ['podinfo', 'https://index.docker.io/v1/'],
  ['stefanprodan/podinfo', 'https://index.docker.io/v1'],
  ['stefanprodan/podinfo', 'index.docker.io'],
  ['stefanprodan/podinfo', 'docker.io'],
  ['stefanprodan/podinfo', 'docker.io/stefanprodan'],
  ['docker.io/stefanprodan/podinfo', 'https://registry-1.docker.io/v2/'],
  ['ghcr.io/a/b', 'ghcr.io'],
  ['ghcr.io/a/b', 'https://ghcr.io'],
  ['ghcr.io/a/b', 'http://ghcr.io/'],
  ['ghcr.io/a/b', 'ghcr.io/a'],
  ['ghcr.io/a/b', 'ghcr.io/a/b'],
  ['localhost:5000/app', 'localhost:5000'],
  ['eu.gcr.io/a/b', '*.gcr.io'],
  ['123.dkr.ecr.us-east-1.amazonaws.com/app', '*.dkr.ecr.*.amazonaws.com'],
  ['v1.example.com/app', 'v1.example.com'],
])('%s has the credentials of %s', (image, key) => expect(found(image, { [key]: auth })).toEqual(auth));

test.each([
  ['ghcr.io/a/b', 'gcr.io'],
  ['ghcr.io/a/b', 'ghcr.io/b'],
  ['ghcr.io/organization/b', 'ghcr.io/org'],
  ['localhost:5000/app', 'localhost'],
  ['localhost:5000/app', 'localhost:5001'],
  ['evil.ghcr.io/a/b', 'ghcr.io'],
  ['a.b.gcr.io/app', '*.gcr.io'],
  ['podinfo', 'ghcr.io'],
])('%s does not have the credentials of %s', (image, key) => expect(found(image, { [key]: auth })).toBeUndefined());

test.each([
  ['username and password', auth, auth],
  ['auth', { auth: base64('me:sec:ret') }, { username: 'me', password: 'sec:ret' }],
  ['auth before username', { auth: base64('me:secret'), username: 'you', password: 'other' }, auth],
  ['a refresh token', { auth: base64('<token>:x'), identitytoken: 'refresh' }, { username: '<token>', identityToken: 'refresh' }],
  ['a refresh token as password', { username: '<token>', password: 'refresh' }, { username: '<token>', identityToken: 'refresh' }],
  ['a bearer token', { registrytoken: 'bearer' }, { bearerToken: 'bearer' }],
  ['nothing', {}, undefined],
])('an entry holds %s', (_, entry, expected) => expect(found('ghcr.io/a/b', { 'ghcr.io': entry })).toEqual(expected));

test('the longest path wins, and a host before a pattern', () => {
  const user = (username: string) => ({ username, password: 'x' });
  const auths = { '*.io': user('pattern'), 'ghcr.io': user('host'), 'ghcr.io/a': user('a'), 'ghcr.io/a/b': user('b'), 'ghcr.io/c': user('c') };
  expect(['ghcr.io/a/b', 'ghcr.io/a/x', 'ghcr.io/xy', 'quay.io/xy'].map((image) => found(image, auths)?.username)).toEqual([
    'b',
    'a',
    'host',
    'pattern',
  ]);
});

test('an entry without secret leaves it to the next', () => {
  expect(found('ghcr.io/a/b', { 'ghcr.io/a': {}, 'ghcr.io': auth })).toEqual(auth);
});

test.each(['', 'nonsense', '[]', 'null', '{"auths":[]}', '{"auths":"x"}', '{"credHelpers":5}'])('%j is refused', (text) => {
  expect(() => parseDockerConfig(text, 'secret a/b')).toThrow('the credentials in secret a/b cannot be read');
});

test('an auth that is none names its registry and not its content', () => {
  expect(() => found('ghcr.io/a/b', { 'ghcr.io': { auth: base64('no-colon') } })).toThrow(
    expect.objectContaining({ code: errors.DockerConfigInvalid.code, detail: expect.not.stringContaining('no-colon') }),
  );
});
