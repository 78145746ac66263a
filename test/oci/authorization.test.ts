import { errors } from '../../src/common/errors';
import { Authorization } from '../../src/oci/authorization';
import { Transport } from '../../src/oci/transport';
import type { RegistryAccess } from '../../src/oci/types';
import { useFakeRegistry } from './fake-registry';

const registry = useFakeRegistry();
let transport: Transport;
let authorization: Authorization;
let tokens: { count: number; life: number; valid: (header: string | undefined) => boolean; refuse: number; scope?: string };

beforeEach(() => {
  transport = new Transport();
  authorization = new Authorization(transport);
  tokens = { count: 0, life: 300, refuse: 0, valid: (header) => header === `Bearer token-${tokens.count}` };
  registry().answer = (request, response, body) => {
    if (request.url?.startsWith('/token')) {
      if (tokens.refuse) return response.writeHead(tokens.refuse).end();
      tokens.count++;
      return response.end(JSON.stringify({ token: `token-${tokens.count}`, expires_in: tokens.life, body }));
    }
    if (tokens.valid(request.headers.authorization)) return response.end('welcome');
    const scope = tokens.scope ? `,scope="${tokens.scope}"` : '';
    return response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry().url}/token",service="fake, inc"${scope}` }).end();
  };
});
afterEach(() => transport.close());

async function pull(access: RegistryAccess = {}, path = 'a/b'): Promise<string> {
  const purpose = { repository: `${registry().host}/${path}`, scope: `repository:${path}:pull` };
  const { body } = await authorization.get(new URL(`${registry().url}/v2/${path}/tags/list`), purpose, { access });
  return body.toString();
}

test('a token is asked for once and serves until its end', async () => {
  expect([await pull(), await pull()]).toEqual(['welcome', 'welcome']);
  expect(registry().requests).toEqual([
    'GET /v2/a/b/tags/list',
    'GET /token?service=fake%2C+inc&scope=repository%3Aa%2Fb%3Apull',
    'GET /v2/a/b/tags/list',
    'GET /v2/a/b/tags/list',
  ]);
});

test('requests at the same time share one token', async () => {
  await Promise.all([pull(), pull(), pull()]);
  expect(tokens.count).toBe(1);
});

test('a known registry is not asked which token it wants for the next repository', async () => {
  tokens.valid = (header) => header !== undefined;
  await pull();
  await pull({}, 'c');
  expect(registry().requests.slice(3)).toEqual(['GET /token?service=fake%2C+inc&scope=repository%3Ac%3Apull', 'GET /v2/c/tags/list']);
});

test('the scope a registry names is the one that is asked for, from then on', async () => {
  tokens.scope = 'repository:a/b:pull,metadata';
  await pull();
  await pull();
  expect(registry().requests.filter((it) => it.includes('token'))).toEqual([
    'GET /token?service=fake%2C+inc&scope=repository%3Aa%2Fb%3Apull%2Cmetadata',
  ]);
});

test('username and password go to the token server alone', async () => {
  await pull({ username: 'me', password: 'secret' });
  expect(registry().authorizations).toEqual([undefined, `Basic ${Buffer.from('me:secret').toString('base64')}`, 'Bearer token-1']);
  expect(registry().requests[1]).toContain('account=me');
});

test('other credentials get another token', async () => {
  tokens.valid = (header) => header !== undefined;
  await pull({ username: 'me', password: 'secret' });
  await pull({ username: 'you', password: 'secret' });
  expect(tokens.count).toBe(2);
});

test('a refresh token is posted', async () => {
  await pull({ identityToken: 'refresh-me' });
  expect(registry().requests[1]).toBe('POST /token');
});

test('a token server without POST is asked by GET', async () => {
  const answer = registry().answer;
  registry().answer = (request, response, body) => (request.method === 'POST' ? response.writeHead(404).end() : answer(request, response, body));
  expect(await pull({ username: '<token>', identityToken: 'refresh-me' })).toBe('welcome');
});

test('a bearer token is sent as it is', async () => {
  tokens.valid = (header) => header === 'Bearer mine';
  expect(await pull({ bearerToken: 'mine' })).toBe('welcome');
  expect(registry().requests).toHaveLength(1);
  tokens.valid = () => false;
  await expect(pull({ bearerToken: 'mine' })).rejects.toMatchObject({ code: errors.RegistryAuthFailed.code });
});

test('Basic is answered with username and password, the next time at once', async () => {
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  registry().answer = (request, response) =>
    request.headers.authorization === basic ? response.end('in') : response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  const access = { username: 'me', password: 'secret' };
  expect([await pull(access), await pull(access)]).toEqual(['in', 'in']);
  expect(registry().authorizations).toEqual([undefined, basic, basic]);
  await expect(pull()).rejects.toMatchObject({ code: errors.RegistryAuthFailed.code, remedy: expect.stringContaining('docker login') });
});

test('a token that ends before its time is renewed once, for all', async () => {
  await pull();
  const before = tokens.count;
  tokens.valid = (header) => header === `Bearer token-${before + 1}`;
  expect(await Promise.all([pull(), pull(), pull()])).toEqual(['welcome', 'welcome', 'welcome']);
  expect(tokens.count).toBe(before + 1);
});

test('an expired token is not sent', async () => {
  tokens.life = 60;
  await pull();
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 51_000);
  try {
    await pull();
  } finally {
    clock.mockRestore();
  }
  expect(registry().authorizations).toEqual([undefined, undefined, 'Bearer token-1', undefined, 'Bearer token-2']);
});

test('a renewed token that is refused too is an error that names the secret', async () => {
  tokens.valid = () => false;
  const error = await pull({ username: 'me', password: 'secret', secret: 'flux-system/registry' }).catch((it) => it);
  expect(error).toMatchObject({ code: errors.RegistryAuthFailed.code, remedy: expect.stringContaining('flux-system/registry') });
  expect(error.message).toContain(`${registry().host}/a/b`);
  expect(error.message + error.remedy).not.toContain('token-');
  expect(tokens.count).toBe(1);
});

test.each([401, 403, 400])('a token server that answers %d refuses us', async (status) => {
  tokens.refuse = status;
  await expect(pull({ username: 'me', password: 'secret' })).rejects.toMatchObject({ code: errors.RegistryAuthFailed.code });
  tokens.refuse = 0;
  expect(await pull({ username: 'me', password: 'secret' })).toBe('welcome');
});

test('403 is a refusal', async () => {
  registry().answer = (_, response) => response.writeHead(403).end();
  await expect(pull()).rejects.toMatchObject({ code: errors.RegistryAuthFailed.code });
});

test.each(['not json', '{}', '{"token":5}'])('a token server that answers %s is an error', async (body) => {
  const answer = registry().answer;
  registry().answer = (request, response, sent) => (request.url?.startsWith('/token') ? response.end(body) : answer(request, response, sent));
  await expect(pull()).rejects.toMatchObject({ code: errors.RegistryAnswerInvalid.code });
});

test.each(['Bearer service="x"', 'Bearer realm="http://169.254.169.254/latest"', 'Bearer realm="ftp://a/"', 'Bearer realm="https://[::1]/"'])(
  'credentials do not follow %s',
  async (challenge) => {
    registry().answer = (_, response) => response.writeHead(401, { 'www-authenticate': challenge }).end();
    await expect(pull({ username: 'me', password: 'secret' })).rejects.toMatchObject({ code: errors.RegistryAnswerInvalid.code });
  },
);

test('a way in that we do not know is refused', async () => {
  registry().answer = (_, response) => response.writeHead(401, { 'www-authenticate': 'Negotiate abc' }).end();
  await expect(pull()).rejects.toMatchObject({ code: errors.RegistryAuthFailed.code });
});

test('the one who gives up does not take the token from others', async () => {
  const stop = new AbortController();
  const purpose = { repository: 'a/b', scope: 'repository:a/b:pull' };
  const answer = registry().answer;
  registry().answer = (request, response, body) => {
    if (request.url?.startsWith('/token')) stop.abort(new Error('bye'));
    answer(request, response, body);
  };
  const first = authorization.get(new URL(`${registry().url}/v2/a/b/tags/list`), purpose, { signal: stop.signal });
  const second = pull();
  await expect(first).rejects.toThrow('bye');
  expect(await second).toBe('welcome');
  expect(tokens.count).toBe(1);
});
