import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { errors } from '../../src/common/errors';
import { dockerLogin } from '../../src/oci/docker-login';
import { parseImageName } from '../../src/oci/image-name';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-login-'));
});
afterEach(() => rm(folder, { recursive: true }));

const auths = { 'ghcr.io': { username: 'me', password: 'secret' } };
const login = (image: string, environment: NodeJS.ProcessEnv = {}) =>
  dockerLogin(parseImageName(image), { HOME: folder, PATH: `${folder}/bin:${process.env.PATH}`, ...environment });

async function put(path: string, content: unknown): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function helper(name: string, script: string): Promise<void> {
  await chmod(await put(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

test.each([
  ['the home folder', '.docker/config.json', {}],
  ['DOCKER_CONFIG', 'elsewhere/config.json', { DOCKER_CONFIG: 'elsewhere' }],
  ['REGISTRY_AUTH_FILE', 'my.json', { REGISTRY_AUTH_FILE: 'my.json' }],
  ["Podman's runtime folder", 'run/containers/auth.json', { XDG_RUNTIME_DIR: 'run' }],
  ["Podman's configuration", '.config/containers/auth.json', {}],
])('a login in %s is found', async (_, path, environment: Record<string, string>) => {
  const file = await put(path, { auths });
  const below = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, join(folder, value)]));
  expect(await login('ghcr.io/a/b', below)).toEqual({ username: 'me', password: 'secret', secret: file });
});

test('nobody is logged in without a configuration, or at another registry', async () => {
  expect(await login('ghcr.io/a/b')).toEqual({});
  await put('.docker/config.json', { auths });
  expect(await login('quay.io/a/b')).toEqual({});
});

test('a configuration that cannot be read is no absent one', async () => {
  await mkdir(join(folder, '.docker', 'config.json'), { recursive: true });
  await expect(login('ghcr.io/a/b')).rejects.toMatchObject({ code: 'FL1114', message: expect.stringContaining('EISDIR') });
});

test('a helper is asked for its registry, by the name it knows it by', async () => {
  await put('.docker/config.json', { auths, credHelpers: { 'quay.io': 'one', 'docker.io': 'one' } });
  await helper('one', 'echo "{\\"Username\\":\\"$(cat)\\",\\"Secret\\":\\"$1\\"}"');
  expect(await login('quay.io/a/b')).toMatchObject({ username: 'quay.io', password: 'get' });
  expect(await login('a/b')).toMatchObject({ username: 'https://index.docker.io/v1/', password: 'get' });
  expect(await login('ghcr.io/a/b')).toMatchObject({ username: 'me' });
});

test('a store is asked for all, and what it does not know is in the file', async () => {
  await put('.docker/config.json', { auths, credsStore: 'all' });
  await helper(
    'all',
    'if [ "$(cat)" = quay.io ]; then echo \'{"Username":"<token>","Secret":"refresh"}\'; else echo "credentials not found in native keychain"; exit 1; fi',
  );
  expect(await login('quay.io/a/b')).toMatchObject({ username: '<token>', identityToken: 'refresh' });
  expect(await login('ghcr.io/a/b')).toMatchObject({ username: 'me', password: 'secret' });
});

test.each([
  ['is missing', undefined, 'it is not installed'],
  ['fails', 'echo keychain locked; exit 2', 'keychain locked'],
  ['prints nonsense', 'echo secret-nonsense', 'what it printed holds no credentials'],
])('a helper that %s is an error that names it', async (_, script, why) => {
  await put('.docker/config.json', { credsStore: 'bad' });
  if (script !== undefined) await helper('bad', script);
  const error = await login('ghcr.io/a/b').catch((it) => it);
  expect([error.code, error.detail]).toEqual([errors.CredentialHelperFailed.code, `docker-credential-bad gave no credentials for ghcr.io: ${why}`]);
});

test('a helper is a name and not a path', async () => {
  await put('.docker/config.json', { credsStore: '../evil' });
  await expect(login('ghcr.io/a/b')).rejects.toMatchObject({ code: errors.CredentialHelperFailed.code });
});

test('a configuration that cannot be read is an error that names the file', async () => {
  const file = await put('.docker/config.json', '{');
  await expect(login('ghcr.io/a/b')).rejects.toThrow(`the credentials in ${file} cannot be read`);
});
