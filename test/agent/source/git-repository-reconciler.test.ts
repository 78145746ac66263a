import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { refOf } from '../../../src/agent/runtime/ref';
import type { GitRepository, GitRepositorySpec } from '../../../src/agent/source/git-repository';
import { GitRepositoryReconciler } from '../../../src/agent/source/git-repository-reconciler';
import { GitSources } from '../../../src/agent/source/git-sources';
import { Author, GitServer, scratch } from '../../git/git-server';
import { FakeRuntime, fakeContext, withOutcome } from './fake-runtime';

let folder: ReturnType<typeof scratch>;
let server: GitServer;
let author: Author;
let fake: FakeRuntime;
let sources: GitSources;
let reconciler: GitRepositoryReconciler;

beforeEach(async () => {
  folder = scratch();
  server = await GitServer.start(folder.path);
  author = new Author(folder.path);
  start();
});

afterEach(async () => {
  sources.close();
  await server.stop();
  folder.remove();
});

/** The agent's side, as after a start. */
function start(): void {
  fake = new FakeRuntime(join(folder.path, 'data'));
  sources = new GitSources(fake.runtime);
  reconciler = new GitRepositoryReconciler(fake.runtime, sources);
}

const repository = (spec: Partial<GitRepositorySpec> = {}): GitRepository =>
  fake.put({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'repo', namespace: 'flux-system', generation: 1 },
    spec: { url: server.url(), interval: '1m', ref: { branch: 'main' }, ...spec },
  });

/** One visit, and the object afterwards. */
async function visit(object: GitRepository) {
  const outcome = await reconciler.reconcile(object, fakeContext());
  return { outcome, after: fake.put(withOutcome(object, outcome)) };
}

const contentAt = async (object: GitRepository, path: string) => {
  const content = await sources.content(refOf(object), path);
  const bytes = await content.read(content.files.map(({ digest }) => digest));
  return Object.fromEntries(content.files.map((file, index) => [file.path, bytes[index].toString()]));
};

test('a commit becomes an artifact, named as Flux names it', async () => {
  const commit = author.commit({ 'app/a.yaml': 'a' }, 'first');
  const { outcome, after } = await visit(repository());
  expect(outcome).toMatchObject({
    type: 'ready',
    reason: 'Succeeded',
    message: `stored artifact for revision 'main@sha1:${commit}'`,
    againMs: 60_000,
    event: { reason: 'NewArtifact', message: "stored artifact for commit 'first'" },
  });
  expect(after.status?.artifact).toMatchObject({
    revision: `main@sha1:${commit}`,
    digest: `sha1:${author.inWork('rev-parse', 'HEAD^{tree}')}`,
    url: server.url(),
    path: `gitrepository/flux-system/repo/${commit}`,
  });
  expect(after.status?.conditions).toContainEqual(expect.objectContaining({ type: 'ArtifactInStorage', status: 'True' }));
  expect(await contentAt(after, './app')).toEqual({ 'a.yaml': 'a' });
});

test('the same commit again changes nothing', async () => {
  author.commit({ 'a.yaml': 'a' });
  const { after } = await visit(repository());
  const again = await visit(after);
  expect(again.outcome).toMatchObject({ type: 'ready' });
  expect(again.outcome).not.toHaveProperty('change.fields');
  expect(again.outcome).not.toHaveProperty('event');
});

describe('references', () => {
  test('a tag, an annotated one included', async () => {
    const commit = author.commit({ a: '1' });
    author.tag('v1.0.0', true);
    const { after } = await visit(repository({ ref: { tag: 'v1.0.0' } }));
    expect(after.status?.artifact?.revision).toBe(`v1.0.0@sha1:${commit}`);
  });

  test('the highest tag of a range', async () => {
    author.commit({ a: '1' });
    author.tag('1.2.0');
    const commit = author.commit({ a: '2' });
    author.tag('v1.10.0');
    author.commit({ a: '3' });
    author.tag('2.0.0');
    author.tag('latest');
    const { after } = await visit(repository({ ref: { branch: 'ignored', semver: '>=1.0.0 <2.0.0' } }));
    expect(after.status?.artifact?.revision).toBe(`v1.10.0@sha1:${commit}`);
  });

  test('of tags that differ in build metadata, the one committed last', async () => {
    author.date = '2024-02-02T00:00:00Z';
    const newest = author.commit({ a: '1' });
    author.tag('1.0.0+a');
    author.date = '2024-01-01T00:00:00Z';
    author.commit({ a: '2' });
    author.tag('1.0.0+b');
    const { after } = await visit(repository({ ref: { semver: '1.0.0' } }));
    expect(after.status?.artifact?.revision).toBe(`1.0.0+a@sha1:${newest}`);
  });

  test('a full name', async () => {
    const commit = author.commit({ a: '1' });
    author.inWork('push', '--quiet', author.bare, 'HEAD:refs/pull/7/head');
    const { after } = await visit(repository({ ref: { name: 'refs/pull/7/head' } }));
    expect(after.status?.artifact?.revision).toBe(`refs/pull/7/head@sha1:${commit}`);
  });

  test('a commit, on its branch or alone', async () => {
    const commit = author.commit({ a: '1' });
    author.commit({ a: '2' });
    expect((await visit(repository({ ref: { branch: 'main', commit } }))).after.status?.artifact?.revision).toBe(`main@sha1:${commit}`);
    expect((await visit(repository({ ref: { commit } }))).after.status?.artifact?.revision).toBe(`sha1:${commit}`);
  });

  test('the branch is master where none is named, as in Flux', async () => {
    author.commit({ a: '1' });
    const { outcome } = await visit(repository({ ref: undefined }));
    expect(outcome).toMatchObject({
      type: 'failed',
      reason: 'GitOperationFailed',
      error: { message: expect.stringContaining('has no branch master') },
    });
  });

  test.each([{ branch: '--upload-pack=x' }, { branch: 'a:b' }, { tag: 'a b' }, { name: '+refs/heads/x' }, { commit: 'abc123' }])(
    '%j is refused',
    async (ref) => {
      expect((await visit(repository({ ref }))).outcome).toMatchObject({ type: 'stalled', reason: 'InvalidReference' });
    },
  );
});

describe('a server that cannot be reached', () => {
  test('leaves the artifact and its content', async () => {
    const commit = author.commit({ 'a.yaml': 'a' });
    const { after } = await visit(repository());
    server.broken = 502;
    const { outcome, after: failed } = await visit(after);
    expect(outcome).toMatchObject({
      type: 'failed',
      reason: 'GitOperationFailed',
      change: { conditions: [{ type: 'FetchFailed', status: 'True' }] },
    });
    expect(failed.status?.artifact?.revision).toBe(`main@sha1:${commit}`);
    expect(await contentAt(failed, '.')).toEqual({ 'a.yaml': 'a' });
  });

  test('is not needed after a restart for what was fetched before', async () => {
    author.commit({ 'a.yaml': 'a' });
    const { after } = await visit(repository());
    sources.close();
    server.broken = 502;
    start();
    fake.put(after);
    expect(await contentAt(after, '.')).toEqual({ 'a.yaml': 'a' });
  });

  const consumer = {
    apiVersion: 'v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'flux-system' },
    spec: { sourceRef: { kind: 'GitRepository', name: 'repo' } },
  };

  test('a copy that was damaged is fetched anew, and dependents are woken when it is whole', async () => {
    author.commit({ 'a.yaml': 'a' });
    const { after } = await visit(repository());
    fake.put(consumer);
    const [copy] = readdirSync(join(folder.path, 'data', 'git'));
    rmSync(join(folder.path, 'data', 'git', copy, 'repository.git', 'objects'), { recursive: true });
    sources.close();
    await expect(sources.content(refOf(after), '.')).rejects.toThrow('FL1015');
    fake.asked.length = 0;
    await visit(after);
    expect(fake.asked).toEqual([{ ref: refOf(consumer), cause: 'source' }]);
    expect(await contentAt(after, '.')).toEqual({ 'a.yaml': 'a' });
    await visit(after);
    expect(fake.asked).toHaveLength(1);
  });

  test('a copy that is damaged while it is read is fetched anew at once', async () => {
    author.commit({ 'a.yaml': 'a' });
    const { after } = await visit(repository());
    const { files, read } = await sources.content(refOf(after), '.');
    const [copy] = readdirSync(join(folder.path, 'data', 'git'));
    rmSync(join(folder.path, 'data', 'git', copy, 'repository.git', 'objects'), { recursive: true });
    sources.close();
    fake.asked.length = 0;
    await expect(read(files.map(({ digest }) => digest))).rejects.toThrow('FL1015');
    expect(fake.asked).toEqual([{ ref: refOf(after), cause: 'retry' }]);
  });

  test('without a copy there is no content, and dependents are woken when it comes', async () => {
    author.commit({ 'a.yaml': 'a' });
    const { after } = await visit(repository());
    await sources.remove(after);
    start();
    fake.put(after);
    fake.put(consumer);
    await expect(sources.content(refOf(after), '.')).rejects.toThrow('FL1001');
    await visit(after);
    expect(fake.asked).toContainEqual({ ref: refOf(consumer), cause: 'source' });
    expect(await contentAt(after, '.')).toEqual({ 'a.yaml': 'a' });
  });
});

describe('secrets', () => {
  test('let in, are told to the redactor and watched', async () => {
    author.commit({ a: '1' });
    const header = Buffer.from('me:hunter22').toString('base64');
    server.authorization = `Basic ${header}`;
    fake.secret('flux-system', 'auth', { username: 'me', password: 'hunter22' });
    const { outcome } = await visit(repository({ secretRef: { name: 'auth' } }));
    expect(outcome.type).toBe('ready');
    expect([...fake.secretsTold]).toEqual(['hunter22', header]);
    fake.watched.get('Secret/flux-system/auth')?.();
    expect(fake.asked).toContainEqual({ ref: { kind: 'GitRepository', namespace: 'flux-system', name: 'repo' }, cause: 'values' });
  });

  test('that do not exist are named', async () => {
    const { outcome } = await visit(repository({ secretRef: { name: 'auth' } }));
    expect(outcome).toMatchObject({
      type: 'failed',
      reason: 'AuthenticationFailed',
      error: { message: 'FL1012: secret flux-system/auth does not exist' },
    });
  });

  test('for ssh need identity and known_hosts', async () => {
    fake.secret('flux-system', 'auth', { identity: 'key' });
    const { outcome } = await visit(repository({ url: 'ssh://git@example.com/a/b', secretRef: { name: 'auth' } }));
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('has no key known_hosts') } });
  });
});

test('exclusions: the default ones, then those of .sourceignore and of the spec instead', async () => {
  author.commit({ 'a.yaml': 'a', '.github/ci.yaml': 'ci', 'logo.png': 'x', 'deep/b.yaml': 'b' });
  let { after } = await visit(repository());
  expect(Object.keys(await contentAt(after, '.'))).toEqual(['a.yaml', 'deep/b.yaml']);
  const deep = await sources.digest(refOf(after), 'deep');

  author.commit({ '.sourceignore': 'a.*\n' });
  ({ after } = await visit(after));
  expect(Object.keys(await contentAt(after, '.'))).toEqual(['.github/ci.yaml', '.sourceignore', 'deep/b.yaml', 'logo.png']);
  expect(await sources.digest(refOf(after), 'deep')).not.toBe(deep);

  ({ after } = await visit({ ...after, spec: { ...after.spec, ignore: '!a.yaml\n/deep\n' } }));
  expect(Object.keys(await contentAt(after, '.'))).toEqual(['.github/ci.yaml', '.sourceignore', 'a.yaml', 'logo.png']);
});

test('a folder that is not there is said so', async () => {
  author.commit({ 'a.yaml': 'a' });
  const { after } = await visit(repository());
  await expect(sources.content(refOf(after), './nope')).rejects.toThrow('FL1002: path ./nope is not in gitrepository/repo -n flux-system');
  expect(await sources.digest(refOf(after), './nope')).toBeUndefined();
});

test('suspended, nothing is fetched', async () => {
  expect((await visit(repository({ suspend: true }))).outcome).toEqual({ type: 'suspended' });
  expect(server.requests).toEqual([]);
});

test.each([{ verify: {} }, { recurseSubmodules: true }, { include: [{}] }, { provider: 'github' }, { sparseCheckout: ['a'] }])(
  'what cannot be honoured is refused: %j',
  async (spec) => {
    expect((await visit(repository(spec))).outcome).toMatchObject({ type: 'stalled', reason: 'UnsupportedField' });
  },
);

test('another address is another copy, and the old one goes', async () => {
  author.commit({ 'a.yaml': 'a' });
  const other = new Author(folder.path, 'other');
  other.commit({ 'b.yaml': 'b' });
  const { after } = await visit(repository());
  const { after: moved } = await visit({ ...after, spec: { ...after.spec, url: server.url('other') } });
  expect(await contentAt(moved, '.')).toEqual({ 'b.yaml': 'b' });
  // Nobody waits for it to be deleted.
  while (readdirSync(join(folder.path, 'data', 'git')).length > 1) await new Promise(setImmediate);
});

test('an object that goes takes its copy along', async () => {
  author.commit({ a: '1' });
  const { after } = await visit(repository());
  expect(await reconciler.finalize(after)).toEqual({ type: 'finalized' });
  expect(readdirSync(join(folder.path, 'data', 'git'))).toEqual([]);
});
