import { digestOf } from '../../src/common/digest';
import { errors } from '../../src/common/errors';
import { Authorization } from '../../src/oci/authorization';
import { openImageRegistry } from '../../src/oci/registry';
import { Transport } from '../../src/oci/transport';
import type { ImageRegistry, RegistryAccess } from '../../src/oci/types';
import { useFakeRegistry } from './fake-registry';

const registry = useFakeRegistry();
let transport: Transport;
let images: ImageRegistry;
let pages: Record<string, { body: unknown; headers?: Record<string, string>; status?: number }>;

beforeEach(() => {
  transport = new Transport();
  images = open();
  pages = {};
  registry().answer = (request, response) => {
    const page = pages[request.url!];
    if (request.url === '/v2/') return response.end();
    if (page === undefined) return response.writeHead(404).end();
    if (page.headers?.etag && page.headers.etag === request.headers['if-none-match']) return response.writeHead(304).end();
    response.writeHead(page.status ?? 200, page.headers);
    return response.end(typeof page.body === 'string' ? page.body : JSON.stringify(page.body));
  };
});
afterEach(() => transport.close());

function open(access: RegistryAccess = {}): ImageRegistry {
  return openImageRegistry(`${registry().host}/a/b`, { insecure: true, ...access }, new Authorization(transport));
}

const FIRST = '/v2/a/b/tags/list?n=1000';

describe('tags', () => {
  const asked = () => registry().requests.filter((it) => it.includes('tags/list'));

  test('come in the order of the registry, each once', async () => {
    pages[FIRST] = { body: { name: 'a/b', tags: ['b', 'a', 'b'] } };
    expect(await images.tags()).toEqual(['b', 'a']);
  });

  test.each([
    ['a relative link', () => '</v2/a/b/tags/list?last=a&n=1000>; rel="next"'],
    ['an absolute link', () => `<${registry().url}/v2/a/b/tags/list?last=a&n=1000>; rel=next`],
    ['one link among others', () => '</x>; rel="first", </v2/a/b/tags/list?last=a&n=1000>; title="a"; rel="next"'],
    ['a link with the scheme before a proxy', () => `<https://${registry().host}/v2/a/b/tags/list?last=a&n=1000>; rel="next"`],
  ])('go on after %s', async (_, link) => {
    pages[FIRST] = { body: { tags: ['a'] }, headers: { link: link() } };
    pages['/v2/a/b/tags/list?last=a&n=1000'] = { body: { tags: ['b'] } };
    expect(await images.tags()).toEqual(['a', 'b']);
    expect(asked()).toHaveLength(2);
  });

  test.each([
    ['a circle', () => `<${FIRST}>; rel="next"`, 'in a circle'],
    ['another host', () => '<https://evil.example/v2/a/b/tags/list>; rel="next"', 'on another host, evil.example'],
  ])('that lead to %s are refused', async (_, link, why) => {
    pages[FIRST] = { body: { tags: ['a'] }, headers: { link: link() } };
    await expect(images.tags()).rejects.toThrow(why);
  });

  test('without an end are given up', async () => {
    registry().answer = (request, response) => {
      const page = Number(/last=(\d+)/.exec(request.url!)?.[1] ?? 0);
      const tags = Array.from({ length: 5000 }, (_, index) => `${page}-${index}`);
      response.writeHead(200, { link: `</v2/a/b/tags/list?last=${page + 1}>; rel="next"` }).end(JSON.stringify({ tags }));
    };
    await expect(images.tags()).rejects.toMatchObject({ code: errors.RegistryTooManyTags.code });
  });

  test('are asked for further where a registry cuts without a word, and not again while nothing changes', async () => {
    const all = Array.from({ length: 2000 }, (_, index) => `tag-${10_000 + index}`);
    pages[FIRST] = { body: { tags: all.slice(0, 1000) } };
    pages[`${FIRST}&last=tag-10999`] = { body: { tags: all.slice(1000) } };
    pages[`${FIRST}&last=tag-11999`] = { body: { tags: all.slice(0, 1000) } };
    expect(await images.tags()).toEqual(all);
    expect(asked()).toHaveLength(3);
    expect(await images.tags()).toEqual(all);
    expect(asked()).toHaveLength(5);
    pages[`${FIRST}&last=tag-10999`] = { body: { tags: [...all.slice(1001), 'tag-12000'] } };
    pages[`${FIRST}&last=tag-12000`] = { body: { tags: ['tag-12001'] } };
    expect(await images.tags()).toHaveLength(2001);
  });

  test('that did not change are not sent again where the registry names their version', async () => {
    pages[FIRST] = { body: { tags: ['a', 'b'] }, headers: { etag: '"1"' } };
    await images.tags();
    pages[FIRST].body = 'not sent';
    expect(await images.tags()).toEqual(['a', 'b']);
    pages[FIRST] = { body: { tags: null }, headers: { etag: '"2"' } };
    expect(await images.tags()).toEqual([]);
    expect(await images.tags()).toEqual([]);
  });

  test('are no news while each page is what it was, which takes one request a page', async () => {
    const all = Array.from({ length: 1500 }, (_, index) => `tag-${10_000 + index}`);
    const taken = () =>
      registry()
        .requests.splice(0)
        .filter((it) => it.includes('tags/list'));
    const second = `${FIRST}&last=tag-10999`;
    pages[FIRST] = { body: { tags: all.slice(0, 1000) } };
    pages[second] = { body: { tags: all.slice(1000) } };
    const before = (await images.changedTags(undefined))!;
    expect(before.tags).toEqual(all);
    taken();
    expect(await images.changedTags(before.digest)).toBeUndefined();
    expect(taken()).toHaveLength(2);
    expect(await open().changedTags(before.digest)).toBeUndefined();
    taken();

    pages[second] = { body: { tags: [...all.slice(1000), 'more'] } };
    const after = (await images.changedTags(before.digest))!;
    expect(after.tags).toEqual([...all, 'more']);
    expect(taken()).toHaveLength(2);
    expect(await images.changedTags(after.digest)).toBeUndefined();
    expect((await images.changedTags(before.digest))?.tags).toEqual(after.tags);
    expect(await images.tags()).toEqual(after.tags);
  });

  test('are news where the same pages come in another order or number', async () => {
    const link = (last: string) => ({ link: `<${FIRST}&last=${last}>; rel="next"` });
    pages[FIRST] = { body: { tags: ['a'] }, headers: link('a') };
    pages[`${FIRST}&last=a`] = { body: { tags: ['b'] } };
    pages[`${FIRST}&last=x`] = { body: { tags: ['c'] } };
    const before = (await images.changedTags(undefined))!;
    pages[FIRST].headers = link('x');
    const other = (await images.changedTags(before.digest))!;
    expect(other.tags).toEqual(['a', 'c']);
    pages[FIRST].headers = {};
    expect((await images.changedTags(other.digest))?.tags).toEqual(['a']);
  });

  test.each([{ name: 'a/b', tags: null }, { name: 'a/b', tags: [] }, { name: 'a/b' }])('%j is none', async (body) => {
    pages[FIRST] = { body };
    expect(await images.tags()).toEqual([]);
  });

  test('that cannot be tags are left out', async () => {
    pages[FIRST] = { body: { tags: ['a', 5, '', '../x', 'a b', `${'x'.repeat(129)}`, '_b'] } };
    expect(await images.tags()).toEqual(['a', '_b']);
  });

  test.each(['<html>', '[]', '{}', 'null', '{"tags":"a"}'])('%s is no list of them', async (body) => {
    pages[FIRST] = { body };
    await expect(images.tags()).rejects.toMatchObject({ code: errors.RegistryAnswerInvalid.code });
  });

  test('of a repository that is not there are an error that names it and the secret', async () => {
    pages[FIRST] = { status: 404, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }] } };
    const error = await open({ secret: 'flux-system/registry' })
      .tags()
      .catch((it) => it);
    expect(error.message).toBe(
      `${errors.RegistryRepositoryMissing.code}: there is no repository ${registry().host}/a/b: repository name not known to registry`,
    );
    expect(error.remedy).toContain('flux-system/registry');
  });

  test('of a registry that fails are an error with its words', async () => {
    pages[FIRST] = { status: 500, body: { errors: [{ code: 'UNKNOWN', message: 'disk full' }] } };
    await expect(images.tags()).rejects.toThrow('answered 500: disk full');
  });
});

describe('an image', () => {
  const created = '2024-03-01T10:00:00Z';

  function put(path: string, body: unknown, headers: Record<string, string> = {}): string {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const digest = digestOf(Buffer.from(text));
    pages[`/v2/a/b/${path.replace('{digest}', digest)}`] = { body: text, headers };
    return digest;
  }
  const config = (body: unknown) => ({ mediaType: 'application/vnd.oci.image.config.v1+json', digest: put('blobs/{digest}', body) });
  const asked = () => registry().requests.filter((it) => it !== 'GET /v2/');

  test('was built when its config says so', async () => {
    const digest = put('manifests/1', { config: config({ created }) });
    expect(await images.info('1')).toEqual({ digest, created: new Date(created) });
    expect(asked()).toHaveLength(2);
  });

  test('with several tags is read once', async () => {
    const manifest = { config: config({ created }) };
    const digest = put('manifests/1', manifest);
    put('manifests/main', manifest);
    await images.info('1');
    expect(await images.info('main')).toEqual({ digest, created: new Date(created) });
    expect(asked()).toHaveLength(3);
  });

  test('of several platforms was built when that for linux/amd64 was', async () => {
    const other = put('manifests/{digest}', { config: config({ created: '2020-01-01T00:00:00Z' }) });
    const amd64 = put('manifests/{digest}', { config: config({ created }) });
    const digest = put('manifests/1', {
      manifests: [
        { digest: other, platform: { os: 'unknown', architecture: 'unknown' } },
        { digest: other, platform: { os: 'linux', architecture: 'arm64' } },
        { digest: amd64, platform: { os: 'linux', architecture: 'amd64' } },
      ],
    });
    expect(await images.info('1')).toEqual({ digest, created: new Date(created) });
  });

  test('without linux/amd64 speaks by its first platform that is one', async () => {
    const arm = put('manifests/{digest}', { config: config({ created }) });
    put('manifests/1', {
      manifests: [
        { digest: `sha256:${'0'.repeat(64)}`, platform: { os: 'unknown', architecture: 'unknown' } },
        { digest: arm, platform: { os: 'linux', architecture: 'arm64' } },
      ],
    });
    expect((await images.info('1'))?.created).toEqual(new Date(created));
  });

  test.each([
    ['the epoch', 'manifests/1', { created: '1970-01-01T00:00:00Z', config: { Labels: { 'org.opencontainers.image.created': created } } }],
    ['nothing', 'manifests/1', { config: { Labels: { 'org.opencontainers.image.created': created } } }],
  ])('whose config says %s speaks by its label', async (_, path, body) => {
    put(path, { config: config(body) });
    expect((await images.info('1'))?.created).toEqual(new Date(created));
  });

  test('that says nothing has no time', async () => {
    const digest = put('manifests/1', { config: config({ config: null }), annotations: null });
    expect(await images.info('1')).toEqual({ digest, created: undefined });
  });

  test('of an index whose images are gone speaks by the annotations of the index', async () => {
    put('manifests/1', {
      manifests: [{ digest: `sha256:${'0'.repeat(64)}` }],
      annotations: { 'org.opencontainers.image.created': created },
    });
    expect((await images.info('1'))?.created).toEqual(new Date(created));
  });

  test('that is no image speaks by its annotations, its config is not read', async () => {
    put('manifests/1', {
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${'0'.repeat(64)}` },
      annotations: { 'org.opencontainers.image.created': created },
    });
    expect((await images.info('1'))?.created).toEqual(new Date(created));
    expect(asked()).toHaveLength(1);
  });

  test("of Docker's first schema speaks by its newest layer, and has the digest the registry says", async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    const history = [{ v1Compatibility: JSON.stringify({ created }) }, { v1Compatibility: '{}' }];
    put(
      'manifests/1',
      { schemaVersion: 1, history },
      {
        'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
        'docker-content-digest': digest,
      },
    );
    expect(await images.info('1')).toEqual({ digest, created: new Date(created) });
    put('manifests/2', { schemaVersion: 1, history: [{ v1Compatibility: '{' }] });
    expect((await images.info('2'))?.created).toBeUndefined();
  });

  test('that is gone is undefined', async () => {
    expect([await images.info('1'), await images.digest('1')]).toEqual([undefined, undefined]);
  });

  test.each(['', '<html>', '[]', '{}', '{"config":{}}', '{"config":{"digest":"../../x"}}', '{"manifests":[{}]}', '{"manifests":[null]}'])(
    'with manifest %j is an error that names it',
    async (body) => {
      put('manifests/1', body);
      await expect(images.info('1')).rejects.toThrow(`${registry().host}/a/b:1 answered what cannot be used`);
    },
  );

  test('whose content was changed on the way is refused', async () => {
    put('manifests/1', { config: { digest: `sha256:${'2'.repeat(64)}` } });
    pages[`/v2/a/b/blobs/sha256:${'2'.repeat(64)}`] = { body: '{}' };
    await expect(images.info('1')).rejects.toMatchObject({ code: errors.RegistryDigestWrong.code });
    put('manifests/2', '{}', { 'docker-content-digest': `sha256:${'3'.repeat(64)}` });
    await expect(images.info('2')).rejects.toMatchObject({ code: errors.RegistryDigestWrong.code });
  });

  test('without its config is an error', async () => {
    put('manifests/1', { config: { digest: `sha256:${'2'.repeat(64)}` } });
    await expect(images.info('1')).rejects.toMatchObject({ code: errors.RegistryFailed.code });
  });

  test('has the digest that HEAD names, and no body is read', async () => {
    const digest = put('manifests/1', { some: 'manifest' });
    pages['/v2/a/b/manifests/1'].headers = { 'docker-content-digest': digest };
    expect(await images.digest('1')).toBe(digest);
    expect(asked()).toEqual(['HEAD /v2/a/b/manifests/1']);
  });

  test('has the digest of its manifest where HEAD names none', async () => {
    const digest = put('manifests/1', { some: 'manifest' });
    expect(await images.digest('1')).toBe(digest);
    expect(asked()).toEqual(['HEAD /v2/a/b/manifests/1', 'GET /v2/a/b/manifests/1']);
  });
});

test('a loopback registry that speaks plain HTTP is found without being told', async () => {
  pages[FIRST] = { body: { tags: ['a'] } };
  expect(await open({ insecure: undefined }).tags()).toEqual(['a']);
});

test('a registry without an end is given up', async () => {
  registry().answer = (request, response) => {
    if (request.url === '/v2/') return response.end();
    const more = (): void => {
      while (response.write('x'.repeat(65536)));
    };
    response.on('drain', more);
    return more();
  };
  await expect(images.info('1')).rejects.toMatchObject({ code: errors.RegistryAnswerTooLarge.code });
});

test('an answer that breaks off in the middle is asked for once more', async () => {
  const answer = registry().answer;
  pages[FIRST] = { body: { tags: ['a'] } };
  registry().answer = (request, response, body) => {
    if (registry().requests.filter((it) => it.includes('tags')).length !== 1) return answer(request, response, body);
    response.writeHead(200, { 'content-length': 100 });
    return response.write('{"tags":[', () => request.socket.destroy());
  };
  expect(await images.tags()).toEqual(['a']);
});
