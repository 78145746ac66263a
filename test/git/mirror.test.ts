import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../src/common/errors';
import { Mirror } from '../../src/git/mirror';
import { Author, GitServer, scratch } from './git-server';

const HEAD = 'refs/fairlead/head';
const MAIN = ['+refs/heads/main:refs/fairlead/head'];

let folder: ReturnType<typeof scratch>;
let server: GitServer;
let author: Author;
let mirror: Mirror;

beforeEach(async () => {
  folder = scratch();
  server = await GitServer.start(folder.path);
  author = new Author(folder.path);
  mirror = new Mirror(join(folder.path, 'mirror'), server.url());
});

afterEach(async () => {
  mirror.close();
  await server.stop();
  folder.remove();
});

const bytesOf = async (tree: string) => {
  const files = await mirror.list(tree);
  return Object.fromEntries(await Promise.all(files.map(async ({ path, id }) => [path, (await mirror.read(id, path)).toString()])));
};

test('fetches a branch and reads it without a checkout', async () => {
  const id = author.commit({ 'a.yaml': 'a', 'deep/b.yaml': 'b' }, 'first\n\nwith a body');
  const commit = await mirror.fetch(MAIN, HEAD);
  expect(commit).toMatchObject({ id, subject: 'first' });
  expect(await bytesOf(commit!.tree)).toEqual({ 'a.yaml': 'a', 'deep/b.yaml': 'b' });
});

test('who reads while it is being made finds nothing or all of it, and does not take it for damaged', async () => {
  const id = author.commit({ 'a.yaml': 'a' });
  let isFetched = false;
  const fetching = mirror.fetch(MAIN, HEAD).finally(() => {
    isFetched = true;
  });
  while (!isFetched) {
    await mirror.commit(id);
    await new Promise(setImmediate);
  }
  expect(await mirror.commit(id)).toEqual(await fetching);
});

test('a folder is known by its tree, which other folders do not change', async () => {
  const first = author.commit({ 'app/a.yaml': 'a', 'other/b.yaml': 'b' });
  await mirror.fetch(MAIN, HEAD);
  const second = author.commit({ 'other/b.yaml': 'B' });
  await mirror.fetch(MAIN, HEAD);
  expect(await mirror.tree(first, './app/')).toBe(await mirror.tree(second, 'app'));
  expect(await mirror.tree(first, 'other')).not.toBe(await mirror.tree(second, 'other'));
  expect(await mirror.tree(second, 'nowhere')).toBeUndefined();
  expect(await mirror.tree(second, 'app/a.yaml')).toBeUndefined();
});

test('symlinks and submodules are left out of a listing', async () => {
  author.commit({ 'file.yaml': 'x' });
  author.inWork('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
  const link = author.inWork('hash-object', '-w', 'file.yaml');
  author.inWork('update-index', '--add', '--cacheinfo', `120000,${link},link.yaml`);
  author.inWork('commit', '--quiet', '-m', 'links');
  author.push();
  const commit = await mirror.fetch(MAIN, HEAD);
  expect((await mirror.list(commit!.tree)).map(({ path }) => path)).toEqual(['file.yaml']);
});

test('a Git LFS pointer is refused by name', async () => {
  author.commit({ 'big.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' });
  const commit = await mirror.fetch(MAIN, HEAD);
  const [file] = await mirror.list(commit!.tree);
  await expect(mirror.read(file.id, file.path)).rejects.toThrow('FL1008: big.yaml is a Git LFS pointer');
});

test('many objects and large ones come back whole and in order', async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}.yaml`, `${i}\n`.repeat(i * 40)]));
  author.commit(files);
  const commit = await mirror.fetch(MAIN, HEAD);
  expect(await bytesOf(commit!.tree)).toEqual(files);
});

test('history tells whether a commit descends from another', async () => {
  const first = author.commit({ a: '1' });
  const second = author.commit({ a: '2' });
  await mirror.fetch(MAIN, HEAD);
  expect(await mirror.descends(first, second)).toBe(true);
  expect(await mirror.descends(second, first)).toBe(false);
  expect(await mirror.descends('f'.repeat(40), second)).toBe(false);
});

test('a force-pushed branch is followed and does not descend', async () => {
  const old = author.commit({ a: '1' });
  await mirror.fetch(MAIN, HEAD);
  author.inWork('checkout', '--quiet', '--orphan', 'anew');
  const anew = author.commit({ a: '3' });
  expect(await mirror.fetch(MAIN, HEAD)).toMatchObject({ id: anew });
  expect(await mirror.descends(old, anew)).toBe(false);
});

describe('failures', () => {
  test('an unknown branch', async () => {
    author.commit({ a: '1' });
    await expect(mirror.fetch(['+refs/heads/nope:refs/fairlead/head'], HEAD, { ref: 'branch nope' })).rejects.toThrow(
      `FL1006: ${server.url()} has no branch nope`,
    );
  });

  test('no such repository', async () => {
    await expect(new Mirror(join(folder.path, 'm2'), server.url('nope')).fetch(MAIN, HEAD)).rejects.toThrow('FL1004');
  });

  test('a server that is not there', async () => {
    await server.stop();
    await expect(mirror.fetch(MAIN, HEAD)).rejects.toThrow('FL1005');
    server = await GitServer.start(folder.path);
  });

  test('a server that fails', async () => {
    server.broken = 503;
    await expect(mirror.fetch(MAIN, HEAD)).rejects.toThrow('FL1005');
  });

  test('credentials that are refused, without showing them', async () => {
    author.commit({ a: '1' });
    server.authorization = 'Basic good';
    const failure = await mirror.fetch(MAIN, HEAD, { access: { username: 'u', password: 'p4ssw0rd', secret: 'ns/auth' } }).catch((error) => error);
    expect(errors.SourceAuthFailed.is(failure)).toBe(true);
    expect(failure.remedy).toContain('ns/auth');
    expect(JSON.stringify([failure, failure.message, failure.cause, failure.stack])).not.toMatch(/p4ssw0rd|cDRzc3cwcmQ/);
  });

  test('a server that stays silent is given up', async () => {
    server.silent = true;
    await expect(mirror.fetch(MAIN, HEAD, { timeoutMs: 20 })).rejects.toThrow('FL1009');
  });

  test('an abort ends the fetch with its reason', async () => {
    server.silent = true;
    const stop = new AbortController();
    const fetching = mirror.fetch(MAIN, HEAD, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(fetching).rejects.toThrow('enough');
  });
});

describe('credentials', () => {
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;

  test.each([
    ['username and password', { username: 'me', password: 'secret' }, basic],
    ['a bearer token', { bearerToken: 'tok' }, 'Bearer tok'],
  ])('%s let in and leave nothing on disk', async (_name, access, header) => {
    author.commit({ a: '1' });
    server.authorization = header;
    expect(await mirror.fetch(MAIN, HEAD, { access })).toBeDefined();
    expect(readdirSync(join(folder.path, 'mirror', 'access'))).toEqual([]);
    expect(readFileSync(join(folder.path, 'mirror', 'repository.git', 'config')).toString()).not.toMatch(/me|tok|Authorization/);
  });

  test('those in the address are used', async () => {
    author.commit({ a: '1' });
    server.authorization = basic;
    const inside = new Mirror(join(folder.path, 'm3'), server.url().replace('//', '//me:secret@'));
    expect(await inside.fetch(MAIN, HEAD)).toBeDefined();
    inside.close();
  });
});

describe('a damaged copy is fetched anew', () => {
  const packs = () => join(folder.path, 'mirror', 'repository.git', 'objects');

  test.each([
    ['objects are gone', () => rmSync(packs(), { recursive: true })],
    ['its HEAD is garbage', () => writeFileSync(join(folder.path, 'mirror', 'repository.git', 'HEAD'), 'garbage')],
    ['its configuration is garbage', () => writeFileSync(join(folder.path, 'mirror', 'repository.git', 'config'), '[[[')],
  ])('%s', async (_name, damage) => {
    author.commit({ 'a.yaml': 'a' });
    await mirror.fetch(MAIN, HEAD);
    mirror.close();
    damage();
    const again = new Mirror(join(folder.path, 'mirror'), server.url());
    const commit = await again.fetch(MAIN, HEAD);
    expect((await again.list(commit!.tree)).map(({ path }) => path)).toEqual(['a.yaml']);
    again.close();
  });

  test('a lock left by a killed predecessor does not', async () => {
    author.commit({ 'a.yaml': 'a' });
    await mirror.fetch(MAIN, HEAD);
    mirror.close();
    writeFileSync(join(folder.path, 'mirror', 'repository.git', 'refs', 'fairlead', 'head.lock'), '');
    const second = author.commit({ 'a.yaml': 'b' });
    const again = new Mirror(join(folder.path, 'mirror'), server.url());
    expect(await again.fetch(MAIN, HEAD)).toMatchObject({ id: second });
    again.close();
  });
});
