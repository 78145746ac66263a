import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../src/common/errors';
import { userEnvironment } from '../../src/git/environment';
import { findFiles } from '../../src/git/find-files';
import { makeCommit } from '../../src/git/make-commit';
import { Mirror } from '../../src/git/mirror';
import { push } from '../../src/git/push';
import type { CommitRequest } from '../../src/git/writing';
import { Author, GitServer, scratch } from './git-server';
import { gpgKey, hasGpg, hasSshKeygen, SIGNER, sshKey, type TestKey } from './signing-keys';

const HEAD = 'refs/fairlead/head';
const MAIN = ['+refs/heads/main:refs/fairlead/head'];
const BOT = { name: 'Bot', email: SIGNER };

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

const git = (args: readonly string[], env: Record<string, string> = {}) =>
  execFileSync('git', ['--git-dir', author.bare, ...args], {
    env: { PATH: process.env.PATH, HOME: folder.path, GIT_CONFIG_GLOBAL: '/dev/null', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
const headOf = (branch: string) => git(['rev-parse', '--verify', `refs/heads/${branch}`]);
const edit = (path: string, text: string | undefined) => ({ path, content: text === undefined ? undefined : Buffer.from(text) });

async function fetched(files: Readonly<Record<string, string>>): Promise<string> {
  author.commit(files);
  return (await mirror.fetch(MAIN, HEAD))?.id as string;
}

async function committed(parent: string, edits: CommitRequest['edits'], more: Partial<CommitRequest> = {}): Promise<string> {
  const id = await mirror.makeCommit({ parent, edits, message: 'update\n', author: BOT, ...more });
  if (id === undefined) throw new Error('nothing changed');
  return id;
}

function hook(script: string): void {
  const file = join(author.bare, 'hooks', 'pre-receive');
  mkdirSync(join(author.bare, 'hooks'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

describe('files of a commit with a word in them', () => {
  const word = '"$imagepolicy"';

  test('are found below the paths, literally, and nowhere else', async () => {
    const commit = await fetched({
      'dist/a/x.yaml': `i: 1 # {${word}: "ns:p"}\n`,
      'dist/a/plain.yaml': 'i: "$imagepolic"\n',
      'dist/b/y.yaml': `i: 1 # {${word}: "ns:p"}\n`,
      'dist/*/z.yaml': `i: 1 # {${word}: "ns:p"}\n`,
      'with space/ü.yaml': word,
    });
    expect(await mirror.findFiles(commit, word, ['dist/a', 'nowhere'])).toEqual(['dist/a/x.yaml']);
    expect(await mirror.findFiles(commit, word, ['./dist/*/'])).toEqual(['dist/*/z.yaml']);
    expect(await mirror.findFiles(commit, word, ['.'])).toEqual(['dist/*/z.yaml', 'dist/a/x.yaml', 'dist/b/y.yaml', 'with space/ü.yaml']);
    expect(await mirror.findFiles(commit, 'nothing like it', ['dist'])).toEqual([]);
  });

  test('are those of that commit, whatever came later', async () => {
    const first = await fetched({ 'a.yaml': word });
    const second = await fetched({ 'a.yaml': 'gone' });
    expect(await mirror.findFiles(first, word, [''])).toEqual(['a.yaml']);
    expect(await mirror.findFiles(second, word, [''])).toEqual([]);
  });
});

describe('a commit', () => {
  test('holds its edits and everything else of its parent', async () => {
    const parent = await fetched({ 'a.yaml': 'a', 'deep/b.yaml': 'b', 'deep/c.yaml': 'c' });
    const before = Date.now();
    const id = await committed(parent, [edit('deep/b.yaml', 'B\r\n\0'), edit('new/ü "d".yaml', 'd'), edit('a.yaml', undefined)]);
    const commit = await mirror.commit(id);
    const files = await mirror.list(commit?.tree as string);
    const texts = await Promise.all(files.map(async ({ path, id }) => [path, (await mirror.read(id, path)).toString()]));
    expect(Object.fromEntries(texts)).toEqual({ 'deep/b.yaml': 'B\r\n\0', 'deep/c.yaml': 'c', 'new/ü "d".yaml': 'd' });
    await mirror.push({ from: id, to: 'refs/heads/main' });
    const [name, email, at, parents, body] = git(['log', '-1', '--format=%an|%ae|%at|%P|%B', 'main']).split('|');
    expect({ name, email, parents, body }).toEqual({ name: 'Bot', email: SIGNER, parents: parent, body: 'update' });
    expect(Number(at)).toBeGreaterThanOrEqual(Math.floor(before / 1000));
  });

  test('is not made where nothing changes', async () => {
    const parent = await fetched({ 'a.yaml': 'a' });
    expect(await mirror.makeCommit({ parent, edits: [edit('a.yaml', 'a')], message: 'm', author: BOT })).toBeUndefined();
  });

  test('leaves executable files executable, and nothing behind', async () => {
    author.commit({ 'run.sh': 'old' });
    author.inWork('update-index', '--chmod=+x', 'run.sh');
    author.inWork('commit', '--quiet', '-m', 'executable');
    author.push();
    const parent = (await mirror.fetch(MAIN, HEAD))?.id as string;
    const id = await committed(parent, [edit('run.sh', 'new')]);
    await mirror.push({ from: id, to: 'refs/heads/main' });
    expect(git(['ls-tree', 'main'])).toMatch(/^100755 blob \w+\trun\.sh$/);
    expect(readdirSync(join(folder.path, 'mirror', 'access'))).toEqual([]);
  });

  test('by an author without a name carries the address', async () => {
    const parent = await fetched({ 'a.yaml': 'a' });
    const id = await committed(parent, [edit('a.yaml', 'b')], { author: { name: '', email: SIGNER } });
    await mirror.push({ from: id, to: 'refs/heads/main' });
    expect(git(['log', '-1', '--format=%an <%ae>', 'main'])).toBe(`${SIGNER} <${SIGNER}>`);
  });

  test('is made while others fetch and commit', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const ids = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const made = committed(parent, [edit('a.yaml', `n${index}`)]);
        await mirror.fetch(MAIN, HEAD);
        return made;
      }),
    );
    for (const [index, id] of ids.entries()) expect((await mirror.read(`${id}:a.yaml`, 'a.yaml')).toString()).toBe(`n${index}`);
  });
});

describe('a push', () => {
  test('makes a branch, moves it forward, and a later fetch has it', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const first = await committed(parent, [edit('a.yaml', '1')]);
    await mirror.push({ from: first, to: 'refs/heads/auto/x' });
    const second = await committed(first, [edit('a.yaml', '2')]);
    await mirror.push({ from: second, to: 'refs/heads/auto/x' });
    expect(headOf('auto/x')).toBe(second);
  });

  test.each([
    ['that was seen', true],
    ['nobody saw', false],
  ])('that would lose a commit %s is a lost race', async (_name, seen) => {
    const parent = await fetched({ 'a.yaml': '0' });
    const ours = await committed(parent, [edit('a.yaml', '1')]);
    const theirs = author.commit({ 'b.yaml': 'b' });
    if (seen) await mirror.fetch(MAIN, HEAD);
    await expect(mirror.push({ from: ours, to: 'refs/heads/main' })).rejects.toThrow(`FL1130: branch main of ${server.url()} moved`);
    expect(headOf('main')).toBe(theirs);
  });

  test('with force moves a branch elsewhere only from where it was seen', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const [first, second, third] = [
      await committed(parent, [edit('a.yaml', '1')]),
      await committed(parent, [edit('a.yaml', '2')]),
      await committed(parent, [edit('a.yaml', '3')]),
    ];
    const to = 'refs/heads/auto';
    await mirror.push({ from: first, to, force: { expected: undefined } });
    await expect(mirror.push({ from: second, to, force: { expected: undefined } })).rejects.toThrow('FL1130');
    await mirror.push({ from: second, to, force: { expected: first } });
    await expect(mirror.push({ from: third, to, force: { expected: first } })).rejects.toThrow('FL1130');
    expect(headOf('auto')).toBe(second);
  });

  test('a protected branch refuses is told in the words of the server', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    hook('echo "GitLab: You are not allowed to push code to protected branches on this project." >&2; exit 1');
    const id = await committed(parent, [edit('a.yaml', '1')]);
    const failure = await mirror.push({ from: id, to: 'refs/heads/main' }).catch((error) => error);
    expect(errors.PushRefused.is(failure)).toBe(true);
    expect(failure.message).toBe(
      `FL1131: ${server.url()} refuses a push to branch main: GitLab: You are not allowed to push code to protected branches on this project.`,
    );
  });

  test('sends its options', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const id = await committed(parent, [edit('a.yaml', '1')]);
    const options = { 'merge_request.create': '', 'merge_request.target': 'release' };
    await expect(mirror.push({ from: id, to: 'refs/heads/main', options })).rejects.toThrow('FL1133');
    git(['config', 'receive.advertisePushOptions', 'true']);
    hook('echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1" > options');
    await mirror.push({ from: id, to: 'refs/heads/main', options });
    expect(readFileSync(join(author.bare, 'options'), 'utf8')).toBe('2 merge_request.create merge_request.target=release\n');
  });

  test('that may not write says so, and credentials that are refused stay out of sight', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const id = await committed(parent, [edit('a.yaml', '1')]);
    git(['config', 'http.receivepack', 'false']);
    await expect(mirror.push({ from: id, to: 'refs/heads/main' }, { access: { secret: 'ns/key' } })).rejects.toThrow('FL1132');
    server.authorization = 'Basic good';
    const failure = await mirror
      .push({ from: id, to: 'refs/heads/main' }, { access: { username: 'u', password: 'p4ssw0rd' } })
      .catch((error) => error);
    expect(errors.SourceAuthFailed.is(failure)).toBe(true);
    expect(JSON.stringify([failure, failure.message, failure.cause])).not.toMatch(/p4ssw0rd|cDRzc3cwcmQ/);
  });

  test('to a server that is gone, or silent, is given up', async () => {
    const parent = await fetched({ 'a.yaml': '0' });
    const id = await committed(parent, [edit('a.yaml', '1')]);
    server.silent = true;
    await expect(mirror.push({ from: id, to: 'refs/heads/main' }, { timeoutMs: 50 })).rejects.toThrow('FL1009');
    await server.stop();
    await expect(mirror.push({ from: id, to: 'refs/heads/main' })).rejects.toThrow('FL1005');
    server = await GitServer.start(folder.path);
  });

  test('is never a part of a commit: what the server refuses leaves its branch as it was', async () => {
    const parent = await fetched({ 'a.yaml': '0', 'b.yaml': '0' });
    hook('exit 1');
    const id = await committed(parent, [edit('a.yaml', '1'), edit('b.yaml', '1')]);
    await expect(mirror.push({ from: id, to: 'refs/heads/main' })).rejects.toThrow('FL1131');
    expect(headOf('main')).toBe(parent);
  });
});

describe('signed commits', () => {
  const passphrase = "it's a long one";
  let key: TestKey | undefined;
  afterEach(() => {
    key?.remove();
    key = undefined;
  });

  async function verified(type: 'ssh' | 'gpg', made: TestKey, secret?: string): Promise<void> {
    key = made;
    const parent = await fetched({ 'a.yaml': '0' });
    const id = await committed(parent, [edit('a.yaml', '1')], { signingKey: { type, key: made.key, passphrase: secret } });
    await mirror.push({ from: id, to: 'refs/heads/main' });
    git(['verify-commit', 'main'], made.verifying);
    expect(readdirSync(join(folder.path, 'mirror', 'access'))).toEqual([]);
  }

  const ssh = hasSshKeygen ? test : test.skip;
  const gpg = hasGpg ? test : test.skip;

  ssh('ssh', () => verified('ssh', sshKey()));
  ssh('ssh with a passphrase', () => verified('ssh', sshKey(passphrase), passphrase));
  ssh('ssh with a passphrase, in PEM', () => verified('ssh', sshKey(passphrase, ['-m', 'PEM']), passphrase));
  gpg('gpg', () => verified('gpg', gpgKey()));
  gpg('gpg with a passphrase', () => verified('gpg', gpgKey(passphrase), passphrase));

  ssh('are refused with a wrong passphrase', async () => {
    await expect(verified('ssh', sshKey(passphrase), 'another')).rejects.toThrow('FL1134');
    expect(headOf('main')).toBe((await mirror.fetch(MAIN, HEAD))?.id);
  });
  gpg('are refused with a wrong passphrase of gpg', () => expect(verified('gpg', gpgKey(passphrase), 'another')).rejects.toThrow('FL1134'));
  gpg('are refused with what is no key', () =>
    expect(verified('gpg', { key: Buffer.from('nonsense'), verifying: {}, remove: () => undefined })).rejects.toThrow('FL1134'),
  );
});

test('an ordinary repository is committed to as its user, without touching index or work tree', async () => {
  const parent = author.commit({ 'a.yaml': '0' });
  const work = join(folder.path, 'work', 'repo');
  writeFileSync(join(work, 'a.yaml'), 'not committed');
  const place = {
    repository: join(work, '.git'),
    environment: userEnvironment({ PATH: process.env.PATH, HOME: folder.path }),
    scratch: join(folder.path, 'scratch'),
  };
  expect(await findFiles(place, parent, '0', ['.'])).toEqual(['a.yaml']);
  const id = (await makeCommit(place, { parent, edits: [edit('a.yaml', '1')], message: 'm', author: BOT })) as string;
  author.inWork('remote', 'add', 'origin', server.url());
  await push(place, 'origin', { from: id, to: 'refs/heads/main' });
  expect(headOf('main')).toBe(id);
  expect(author.inWork('status', '--porcelain')).toBe('M a.yaml');
  expect(author.inWork('rev-parse', 'HEAD')).toBe(parent);
  await expect(push(place, 'nowhere', { from: id, to: 'refs/heads/main' })).rejects.toThrow('FL1004');
});
