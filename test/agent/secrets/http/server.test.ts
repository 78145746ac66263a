import { Rates } from '../../../../src/agent/secrets/http/rates';
import { annotations } from '../../../../src/model/labels';
import type { KubeObject } from '../../../../src/model/object';
import { labelFor } from '../../../../src/seal/scope';
import { openValue, parseSealedValue } from '../../../../src/seal/sealed-value';
import { printSealedWith, readSealedWith } from '../../../../src/seal/sealed-with';
import type { SealingKey } from '../../../../src/seal/sealing-key';
import { manifest, PLAINTEXT, SealedApi, sealed, sealingKey, type WorldOptions } from './http-world';

const TOKENS: Readonly<Record<string, string>> = { 'token-of-ops': 'ops', 'token-of-guest': 'guest' };
const VALUES = { password: PLAINTEXT, empty: '', user: `admin-${PLAINTEXT}` };

let newest: SealingKey;
let older: SealingKey;
let foreign: SealingKey;
beforeAll(async () => {
  [newest, older, foreign] = (await Promise.all(['newest', 'older', 'foreign'].map(sealingKey))) as [SealingKey, SealingKey, SealingKey];
});

let apis: SealedApi[] = [];
let asked: string[] = [];
afterEach(async () => {
  await Promise.all(apis.map((api) => api.close()));
  const all = `${apis.flatMap(({ said }) => said).join('\n')}${(await Promise.all(apis.map(({ metrics }) => metrics.text()))).join('')}`;
  apis = [];
  asked = [];
  for (const secret of [PLAINTEXT, Buffer.from(PLAINTEXT).toString('base64'), 'token-of-', 'unknown-token']) expect(all).not.toContain(secret);
});

/** The API server, which knows two tokens, one of which may update SealedSecrets in namespace dev. */
function apiServer(addresses: readonly string[] = ['10.0.0.1']) {
  return {
    create: async ({ kind, spec }: KubeObject) => {
      const { token, user, resourceAttributes } = spec as { token: string; user: string; resourceAttributes: { namespace: string; name: string } };
      asked.push(kind);
      if (kind === 'TokenReview') return { status: { authenticated: token in TOKENS, user: { username: TOKENS[token], groups: ['g'] } } };
      expect(resourceAttributes).toMatchObject({ group: 'bitnami.com', resource: 'sealedsecrets', verb: 'update' });
      return { status: { allowed: user === 'ops' && resourceAttributes.namespace === 'dev' } };
    },
    get: async ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) => {
      asked.push(`${kind}/${namespace}/${name}`);
      return { endpoints: addresses.map((address) => ({ addresses: [address] })) };
    },
  };
}

async function serve(options: Partial<WorldOptions> = {}): Promise<SealedApi> {
  const api = await new SealedApi({ keys: [newest, older], client: apiServer(), ...options }).start();
  apis.push(api);
  return api;
}

const OPS = { authorization: 'Bearer token-of-ops' };
const fromProxy = () => serve({ trustedProxies: ['127.0.0.0/8'] });
const body = () => JSON.stringify(manifest(sealed(older, VALUES)));

function opened(text: string, key: SealingKey, label = labelFor('strict', 'dev', 'db')): string | undefined {
  return openValue(parseSealedValue(text)!, key.privateKey, label)?.toString();
}

test('anyone learns that it is there, and has the newest certificate', async () => {
  const api = await serve();
  expect(await api.ask('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await api.ask('/v1/cert.pem')).toEqual({ status: 200, type: 'application/x-pem-file', text: newest.pem });
});

test.each([
  ['there is no key', { keys: [] }, 'there is no sealing key yet'],
  ['another controller is at work', { standing: { isActive: false, reason: 'another controller is at work' } }, 'another controller is at work'],
])('while %s, nobody is answered, and told why', async (_, options, reason) => {
  const api = await serve({ ...options, trustedProxies: ['127.0.0.1/32'] });
  for (const answer of [await api.ask('/v1/cert.pem'), await api.post('/v1/verify', body()), await api.post('/v1/rotate', body())]) {
    expect(answer).toMatchObject({ status: 503, text: expect.stringContaining(reason) });
  }
  expect(await api.ask('/healthz')).toMatchObject({ status: 200 });
});

test('an agent that waits for its leases answers too', async () => {
  const standing = { isActive: false, reason: 'this agent does not hold its leases' };
  const api = await serve({ leading: false, standing });
  expect((await api.ask('/v1/cert.pem')).status).toBe(200);
  expect((await api.post('/v1/verify', body(), OPS)).status).toBe(200);
});

test('what cannot be is refused by method and path', async () => {
  const api = await fromProxy();
  expect((await api.ask('/v1/verify')).status).toBe(405);
  expect((await api.ask('/v1/rotate', { method: 'PUT', body: body() })).status).toBe(405);
  expect((await api.post('/v1/cert.pem', '')).status).toBe(405);
  expect((await api.ask('/v1/secrets')).status).toBe(404);
});

describe('who asks', () => {
  test.each([
    ['nobody', {}, 401, 'FL8140'],
    [
      'somebody who says to come from the API server',
      { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1' },
      401,
      'FL8140',
    ],
    ['somebody who says to be impersonated', { 'impersonate-user': 'ops', 'x-remote-user': 'ops' }, 401, 'FL8140'],
    ['a token that nobody knows', { authorization: 'Bearer unknown-token' }, 401, 'FL8140'],
    ['a password', { authorization: 'Basic b3BzOnRva2VuLW9mLW9wcw==' }, 401, 'FL8140'],
    ['no token at all', { authorization: 'Bearer ' }, 401, 'FL8140'],
    ['a token without the right', { authorization: 'Bearer token-of-guest' }, 403, 'guest may not update SealedSecret dev/db'],
    ['a token with the right', OPS, 200, ''],
  ])('%s', async (_, headers, status, text) => {
    const api = await serve();
    for (const path of ['/v1/verify', '/v1/rotate']) {
      const answer = await api.post(path, body(), headers as unknown as Record<string, string>);
      expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
      if (status === 401) expect(answer.text).toContain('--sealed-secrets-trust-proxy');
    }
  });

  test('a right in one namespace is none in another, nor over the cluster', async () => {
    const api = await serve();
    const elsewhere = manifest(sealed(newest, VALUES, { namespace: 'prd' }), { namespace: 'prd' });
    expect((await api.post('/v1/rotate', JSON.stringify(elsewhere), OPS)).status).toBe(403);
    const { namespace: _, ...metadata } = manifest({}, { scope: 'cluster-wide' }).metadata;
    const everywhere = { ...manifest(sealed(newest, VALUES, { scope: 'cluster-wide' })), metadata };
    expect((await api.post('/v1/rotate', JSON.stringify(everywhere), OPS)).status).toBe(403);
  });

  test('the API server has asked already, and is known by its addresses', async () => {
    const api = await serve({ client: apiServer(['10.0.0.1', '127.0.0.1']) });
    expect((await api.post('/v1/verify', body())).status).toBe(200);
    expect(asked).toEqual(['EndpointSlice/default/kubernetes']);
  });

  test('a token counts even where the API server could have sent it', async () => {
    const api = await fromProxy();
    expect((await api.post('/v1/verify', body(), { authorization: 'Bearer unknown-token' })).status).toBe(401);
  });

  test('networks of proxies are named, in either family', async () => {
    expect((await (await serve({ trustedProxies: ['127.0.0.1/32'] })).post('/v1/verify', body())).status).toBe(200);
    expect((await (await serve({ trustedProxies: ['127.0.0.2/32', 'fd00::/8'] })).post('/v1/verify', body())).status).toBe(401);
    expect((await (await serve({ address: '[::1]:0', trustedProxies: ['::1/128'] })).post('/v1/verify', body())).status).toBe(200);
  });

  test('answers hold for a moment, so that the API server is not asked for each request', async () => {
    const api = await serve();
    for (let times = 0; times < 5; times++) expect((await api.post('/v1/verify', body(), OPS)).status).toBe(200);
    expect(asked).toEqual(['TokenReview', 'SubjectAccessReview']);
  });

  test('while the API server cannot be asked, nobody is known', async () => {
    const broken = async () => {
      throw new Error('token-of-ops was refused');
    };
    const api = await serve({ client: { create: broken, get: broken } });
    expect(await api.post('/v1/verify', body(), OPS)).toMatchObject({ status: 503, text: expect.stringContaining('FL8145') });
    expect((await api.post('/v1/verify', body())).status).toBe(503);
  });
});

describe('what is sent', () => {
  const sealedSecret = (change: object) => JSON.stringify({ ...manifest({}), ...change });

  test.each([
    ['nothing', ''],
    ['junk', '\u0000\u0001 {[}'],
    ['a text', '"SealedSecret"'],
    ['a list', '[]'],
    ['another kind', JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: PLAINTEXT } })],
    ['a secret that is cut off', `{"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "${PLAINTEXT}`],
    ['two documents', `${JSON.stringify(manifest({}))}\n---\n${JSON.stringify(manifest({}))}`],
    ['two objects in a row', `${JSON.stringify(manifest({}))}${JSON.stringify(manifest({}))}`],
    ['no metadata', sealedSecret({ metadata: null })],
    ['no name', sealedSecret({ metadata: { namespace: 'dev' } })],
    ['no namespace', sealedSecret({ metadata: { name: 'db' } })],
    ['a name that is a path', sealedSecret({ metadata: { name: 'b/c', namespace: 'a' } })],
    ['a namespace that is a path', sealedSecret({ metadata: { name: 'c', namespace: 'a/b' } })],
    ['values that are none', sealedSecret({ spec: { encryptedData: { a: 1 } } })],
    ['values in a list', sealedSecret({ spec: { encryptedData: ['a'] } })],
    ['keys that are none', sealedSecret({ spec: { encryptedData: { '../a': 'a' } } })],
    ['both forms', sealedSecret({ spec: { encryptedData: { a: 'a' }, data: 'a' } })],
    ['too many values', sealedSecret({ spec: { encryptedData: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`k${at}`, 'a'])) } })],
    ['YAML', 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: dev}\nspec: {}\n'],
    ['much depth', '['.repeat(2_000_000)],
  ])('%s is refused', async (_, text) => {
    const api = await fromProxy();
    for (const path of ['/v1/verify', '/v1/rotate']) expect((await api.post(path, text)).status).toBe(400);
  });

  test('text that is not UTF-8 is refused', async () => {
    expect((await (await fromProxy()).post('/v1/verify', Buffer.from([0x7b, 0xff, 0xfe]))).status).toBe(400);
  });

  test('depth without end does no harm', async () => {
    const api = await fromProxy();
    const deep = JSON.stringify({ ...manifest({}), x: 1 }).replace('"x":1', `"x":${'['.repeat(900_000)}${']'.repeat(900_000)}`);
    expect((await api.post('/v1/rotate', deep)).text).toBe(deep);
  });

  test('more than 2 MiB are not taken, whether that is said before or not', async () => {
    const api = await fromProxy();
    const huge = ' '.repeat(2 * 1024 * 1024 + 1);
    expect(await api.post('/v1/verify', huge)).toMatchObject({ status: 413, text: expect.stringContaining('FL8144') });
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const answer = await api.raw(
      'POST /v1/rotate HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n',
      chunk.repeat(33),
      '0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect((await api.post('/v1/verify', JSON.stringify(manifest(sealed(newest, { a: 'x'.repeat(900_000) }))))).status).toBe(200);
  });

  test('a body that does not come is not waited for', async () => {
    const api = await serve({ trustedProxies: ['127.0.0.1/32'], limits: { withinMs: 50 } });
    const answer = await api.raw('POST /v1/verify HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{');
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*FL8144/);
  });

  test('more than a few bodies at once are not kept', async () => {
    const api = await serve({ trustedProxies: ['127.0.0.1/32'], limits: { withinMs: 3000 } });
    const slow = Array.from({ length: 20 }, () => api.raw('POST /v1/verify HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{'));
    const codes = (await Promise.all(slow)).map((answer) => answer.slice(9, 12)).sort();
    expect(codes).toEqual([...Array(16).fill('408'), ...Array(4).fill('429')]);
  });

  test('an address may make so many requests, known or not', async () => {
    const api = await serve({ rates: new Rates(3, 0.001) });
    const codes: number[] = [];
    for (let times = 0; times < 5; times++) codes.push((await api.post('/v1/verify', body(), { 'x-forwarded-for': `10.0.0.${times}` })).status);
    expect(codes).toEqual([401, 401, 401, 429, 429]);
    expect((await api.ask('/v1/cert.pem')).status).toBe(200);
  });
});

describe('verify', () => {
  test('says whether every value opens, with the newest and older keys', async () => {
    const api = await fromProxy();
    expect(await api.post('/v1/verify', body())).toMatchObject({ status: 200, text: '' });
    expect((await api.post('/v1/verify', `\ufeff${JSON.stringify(manifest(sealed(newest, VALUES)), undefined, 2)}\n`)).status).toBe(200);
    expect((await api.post('/v1/verify', JSON.stringify(manifest({})))).status).toBe(200);
  });

  test('says which values do not open', async () => {
    const api = await fromProxy();
    const good = sealed(newest, VALUES);
    const cut = good.password!.slice(0, 40);
    const altered = Buffer.from(good.user!, 'base64');
    altered[altered.length - 1]! ^= 1;
    const bad = { ...good, password: sealed(foreign, VALUES).password!, empty: cut, user: altered.toString('base64') };
    const answer = await api.post('/v1/verify', JSON.stringify(manifest(bad)));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('no key could decrypt secret (password)');
    expect(answer.text).toContain('data is too short (empty)');
    expect(answer.text).toContain('altered after it was sealed (user)');
    const rotated = await api.post('/v1/rotate', JSON.stringify(manifest(bad)));
    expect(rotated.text).toContain(
      'no key could decrypt secret (password); illegal base64 or SealedSecret data is too short (empty); altered after it was sealed (user)',
    );
    expect((await api.post('/v1/verify', JSON.stringify(manifest(good, { name: 'other' })))).status).toBe(409);
  });

  test('knows the deprecated form', async () => {
    const api = await fromProxy();
    const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: Buffer.from(PLAINTEXT).toString('base64') } });
    const whole = (key: SealingKey) => JSON.stringify({ ...manifest({}), spec: { data: sealed(key, { data: secret }).data } });
    expect((await api.post('/v1/verify', whole(older))).status).toBe(200);
    expect(await api.post('/v1/verify', whole(foreign))).toMatchObject({
      status: 409,
      text: expect.stringContaining('no key could decrypt secret (data)'),
    });
    const rotated = JSON.parse((await api.post('/v1/rotate', whole(older))).text) as { spec: { data: string } };
    expect(opened(rotated.spec.data, newest)).toBe(secret);
  });
});

describe('verify, of what is more than values', () => {
  const withTemplate = (template: object) => {
    const { spec, ...rest } = manifest(sealed(newest, VALUES));
    return JSON.stringify({ ...rest, spec: { ...spec, template } });
  };

  test.each([
    ['templates that run', { data: { url: 'db://{{ .user }}:{{ .password | b64enc }}' } }, 200, ''],
    ['a template that fails', { data: { url: '{{ index .password 99 }}' } }, 409, 'fails in line 1: function index gives an error'],
    ['a template that plants a key', { metadata: { labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' } } }, 409, 'FL8104'],
    ['a template that is none', { data: { url: 1 } }, 400, 'spec.template.data is no map of texts'],
    ['a template in a list', [], 400, 'spec.template is no map'],
  ])('%s', async (_, template, status, text) => {
    expect(await (await fromProxy()).post('/v1/verify', withTemplate(template))).toMatchObject({ status, text: expect.stringContaining(text) });
  });
});

describe('rotate', () => {
  test('seals every value for the newest key, and changes nothing else', async () => {
    const api = await fromProxy();
    const before = manifest(sealed(older, VALUES));
    const { status, type, text } = await api.post('/v1/rotate', JSON.stringify(before));
    expect([status, type]).toEqual([200, 'application/json']);
    const after = JSON.parse(text) as typeof before;
    expect(after).toEqual({ ...before, spec: { ...before.spec, encryptedData: expect.anything() } });
    for (const [key, value] of Object.entries(VALUES)) {
      expect(opened(after.spec.encryptedData[key]!, newest)).toBe(value);
      expect(opened(after.spec.encryptedData[key]!, older)).toBeUndefined();
    }
  });

  test('leaves what is sealed for the newest key as it is', async () => {
    const text = JSON.stringify(manifest(sealed(newest, VALUES)), undefined, 2);
    expect((await (await fromProxy()).post('/v1/rotate', text)).text).toBe(text);
  });

  test('changes nothing where one value does not open', async () => {
    const mixed = manifest({ ...sealed(older, VALUES), lost: sealed(foreign, VALUES).user! });
    const answer = await (await fromProxy()).post('/v1/rotate', JSON.stringify(mixed));
    expect(answer).toMatchObject({ status: 409, text: expect.stringContaining('no key could decrypt secret (lost)') });
  });

  test.each([
    [
      'its template asks for another',
      (of: ReturnType<typeof manifest>) => ({
        ...of,
        spec: { ...of.spec, template: { metadata: { annotations: { [annotations.sealedClusterWide]: 'true' } } } },
      }),
    ],
    [
      'its template has another name',
      (of: ReturnType<typeof manifest>) => ({ ...of, spec: { ...of.spec, template: { metadata: { name: 'mine', namespace: 'mine' } } } }),
    ],
  ])('keeps the scope where %s', async (_, change) => {
    const asked = change(manifest(sealed(older, VALUES)));
    const { status, text } = await (await fromProxy()).post('/v1/rotate', JSON.stringify(asked));
    expect(status).toBe(200);
    const stolen = (JSON.parse(text) as { spec: { encryptedData: Record<string, string> } }).spec.encryptedData.password!;
    expect(opened(stolen, newest)).toBe(PLAINTEXT);
    for (const label of [labelFor('cluster-wide', '', ''), labelFor('namespace-wide', 'dev', ''), labelFor('strict', 'mine', 'mine')]) {
      expect(opened(stolen, newest, label)).toBeUndefined();
    }
  });

  test.each(['namespace-wide', 'cluster-wide'] as const)('opens nothing whose own metadata says %s falsely', async (scope) => {
    const widened = manifest(sealed(older, VALUES), { scope });
    expect((await (await fromProxy()).post('/v1/rotate', JSON.stringify(widened))).status).toBe(409);
  });

  test.each(['namespace-wide', 'cluster-wide'] as const)('keeps the scope %s', async (scope) => {
    const { text } = await (await fromProxy()).post('/v1/rotate', JSON.stringify(manifest(sealed(older, VALUES, { scope }), { scope })));
    const { password } = (JSON.parse(text) as ReturnType<typeof manifest>).spec.encryptedData;
    expect(opened(password!, newest, labelFor(scope, 'dev', 'db'))).toBe(PLAINTEXT);
    expect(opened(password!, newest)).toBeUndefined();
  });

  test('keeps the record of what values were sealed for true, where there is one', async () => {
    const encrypted = { ...sealed(older, VALUES), user: sealed(newest, VALUES).user! };
    const before = manifest(encrypted);
    const known = new Map(Object.keys(encrypted).map((key) => [key, key === 'user' ? newest.fingerprint : older.fingerprint]));
    before.metadata.annotations[annotations.sealedWith] = printSealedWith(encrypted, known)!;
    const { metadata, spec } = JSON.parse((await (await fromProxy()).post('/v1/rotate', JSON.stringify(before))).text) as typeof before;
    const record = readSealedWith(metadata.annotations[annotations.sealedWith], spec.encryptedData);
    expect([...record]).toEqual(
      Object.keys(VALUES)
        .sort()
        .map((key) => [key, newest.fingerprint]),
    );
    expect(spec.encryptedData.user).toBe(encrypted.user);
  });
});

test('requests are counted by path and code', async () => {
  const api = await fromProxy();
  await api.ask('/v1/cert.pem');
  await api.ask('/v1/verify');
  await api.post('/v1/verify', body());
  await api.post('/v1/verify', 'junk');
  await api.ask(`/${PLAINTEXT}`);
  const counted = (await api.metrics.text()).match(/^sealed_secrets_controller_http_requests_total.*$/gm);
  expect(counted).toEqual([
    'sealed_secrets_controller_http_requests_total{path="/v1/cert.pem",code="200",method="get"} 1',
    'sealed_secrets_controller_http_requests_total{path="/v1/verify",code="405",method="get"} 1',
    'sealed_secrets_controller_http_requests_total{path="/v1/verify",code="200",method="post"} 1',
    'sealed_secrets_controller_http_requests_total{path="/v1/verify",code="400",method="post"} 1',
  ]);
});
