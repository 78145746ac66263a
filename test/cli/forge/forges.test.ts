import { GitHub } from '../../../src/cli/forge/github';
import { GitLab } from '../../../src/cli/forge/gitlab';
import type { Forge } from '../../../src/cli/forge/types';
import { FakeGitHub } from '../../support/fake-github';
import { FakeGitLab } from '../../support/fake-gitlab';

const KEY = { title: 'fairlead gke', key: 'ssh-ed25519 AAAA1 fairlead gke', writes: true };
const OTHER = 'ssh-ed25519 AAAA2';

interface Known {
  readonly title: string;
  readonly key: string;
  readonly writes: boolean;
}

interface Server {
  readonly fake: FakeGitHub | FakeGitLab;
  forge(token?: string, path?: string): Forge;
  keys(path?: string): Known[] | undefined;
  add(path: string, key?: Known): void;
}

function github(): Server {
  const fake = new FakeGitHub();
  return {
    fake,
    forge: (token = fake.token, path = 'acme/environments') => new GitHub(fake.url, token, path, 'github.com'),
    keys: (path = 'acme/environments') => fake.repositories.get(path)?.map(({ title, key, read_only }) => ({ title, key, writes: !read_only })),
    add: (path, key) =>
      fake.repositories.set(path, [
        ...(fake.repositories.get(path) ?? []),
        ...(key ? [{ id: 1000 + fake.repositories.size, title: key.title, key: key.key, read_only: !key.writes }] : []),
      ]),
  };
}

function gitlab(): Server {
  const fake = new FakeGitLab();
  return {
    fake,
    forge: (token = fake.token, path = 'acme/environments') => new GitLab(fake.url, token, path, 'gitlab.com'),
    keys: (path = 'acme/environments') =>
      fake.projects.get(path)?.map(({ title, key, can_push }) => ({ title, key: key.split(' ').slice(0, 2).join(' '), writes: can_push })),
    add: (path, key) =>
      fake.projects.set(path, [
        ...(fake.projects.get(path) ?? []),
        ...(key ? [{ id: 1000 + fake.projects.size, title: key.title, key: key.key, can_push: key.writes }] : []),
      ]),
  };
}

describe.each([
  ['GitHub', github, 'GITHUB_TOKEN'],
  ['GitLab', gitlab, 'GITLAB_TOKEN'],
] as const)('%s', (_, of, variable) => {
  let server: Server;
  beforeEach(async () => {
    server = of();
    await server.fake.start();
    server.add('acme/environments');
  });
  afterEach(() => server.fake.stop());

  const expected = { title: 'fairlead gke', key: 'ssh-ed25519 AAAA1', writes: true };

  test('a key is made once, however often it is asked for', async () => {
    expect(await server.forge().ensureKey(KEY)).toBe('created');
    expect(await server.forge().ensureKey({ ...KEY, key: 'ssh-ed25519 AAAA1' })).toBe('present');
    expect(server.keys()).toEqual([expected]);
  });

  test('a key with other rights gets the wanted ones, and one of the same title goes', async () => {
    server.add('acme/environments', { ...expected, writes: false });
    expect(await server.forge().ensureKey(KEY)).toBe('replaced');
    expect(server.keys()).toEqual([expected]);
    expect(await server.forge().ensureKey({ ...KEY, key: OTHER })).toBe('replaced');
    expect(server.keys()).toEqual([{ ...expected, key: OTHER }]);
  });

  test('keys of others stay, also where there are more than fit on a page', async () => {
    for (let index = 0; index < 120; index++)
      server.add('acme/environments', { title: `other ${index}`, key: `ssh-ed25519 BBBB${index}`, writes: false });
    server.add('acme/environments', expected);
    expect(await server.forge().ensureKey(KEY)).toBe('present');
    expect(server.keys()).toHaveLength(121);
  });

  test('a repository is made where it is missing', async () => {
    const forge = server.forge(undefined, 'acme/new');
    expect(await forge.exists()).toBe(false);
    await expect(forge.ensureKey(KEY)).rejects.toMatchObject({ code: 'FL7522' });
    await forge.create();
    expect(await forge.exists()).toBe(true);
    expect(await forge.ensureKey(KEY)).toBe('created');
    await expect(server.forge(undefined, 'nobody/new').create()).rejects.toMatchObject({
      code: 'FL7526',
      message: expect.stringContaining('nobody'),
    });
  });

  test('an expired token, one without the right, and a server that is not there are told apart, without the token', async () => {
    const wrong = server.forge('glpat-expired').ensureKey(KEY);
    await expect(wrong).rejects.toMatchObject({
      code: 'FL7520',
      remedy: expect.stringContaining(variable),
      message: expect.not.stringContaining('glpat-expired'),
    });
    server.fake.writes = false;
    await expect(server.forge().ensureKey(KEY)).rejects.toMatchObject({ code: 'FL7521', remedy: expect.stringContaining(variable) });
    server.fake.broken = { status: 502, body: { message: 'Bad Gateway' } };
    await expect(server.forge().exists()).rejects.toMatchObject({ code: 'FL7525', message: expect.stringContaining('502: Bad Gateway') });
    const forge = server.forge();
    await server.fake.stop();
    await expect(forge.ensureKey(KEY)).rejects.toMatchObject({ code: 'FL7524', message: expect.stringMatching(/ECONNREFUSED|closed/) });
  });
});

test('GitHub takes a key once, wherever', async () => {
  const server = github();
  await server.fake.start();
  server.add('acme/environments');
  server.add('acme/other', { title: 'x', key: 'ssh-ed25519 AAAA1', writes: true });
  await expect(server.forge().ensureKey(KEY)).rejects.toMatchObject({ code: 'FL7523' });
  await server.fake.stop();
});
