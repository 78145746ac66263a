import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLock } from '../../src/model/lock';
import { compiledCli } from './compiled-cli';
import { LockedProject } from './locked-project';

let project: LockedProject;
afterEach(() => project.remove());

const LOCK = 'locks/gke/dev/dev.yaml';
const RELEASE = 'dist/gke/dev/dev/helmrelease.yaml';
const DEPLOYMENT = 'dist/gke/dev/dev/deployment.yaml';

/** A project that went from one version to the next. */
function after(tags: readonly string[], prefix = ''): { readonly commits: readonly string[] } {
  project = new LockedProject([{ name: 'dev', tag: tags[0], hello: tags[0] }], prefix);
  const commits = tags.map((tag) => {
    project.set([{ name: 'dev', tag, hello: tag }]);
    return project.push(`To ${tag}`);
  });
  return { commits };
}

test('brings lock and output back in one commit on the followed branch, and holds them', () => {
  const { commits } = after(['1.0', '2.0']);
  const { status, stdout } = project.fairlead(['rollback', 'dev', '--to', commits[0], '--reason', 'loses orders']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/pushed [0-9a-f]{12} to main of origin\n.*release-hold dev\n$/) });
  expect(project.remoteLog()).toEqual(['Roll back dev', 'To 2.0', 'To 1.0']);
  const lock = parseLock(project.atRemote(LOCK));
  expect([...lock.entries].map(([key, { ref }]) => [key, ref.tag])).toEqual([
    ['images/hello', '1.0'],
    ['images/podinfo', '1.0'],
  ]);
  expect(Object.fromEntries(lock.holds)).toMatchObject({
    'images/hello': { by: 'Alice', reason: 'rolled back from 2.0: loses orders' },
    'images/podinfo': { by: 'Alice', reason: 'rolled back from 2.0: loses orders' },
  });
  expect(project.atRemote(RELEASE)).toContain('tag: "1.0" #');
  expect(project.atRemote(DEPLOYMENT)).toContain('image: "ghcr.io/acme/hello:1.0" #');
});

test('one entry goes back to a version, the others stay', () => {
  after(['1.0', '2.0']);
  expect(project.fairlead(['rollback', 'dev', 'podinfo', '--to', '1.0'])).toMatchObject({ status: 0 });
  expect(project.atRemote(RELEASE)).toContain('tag: "1.0"');
  expect(project.atRemote(DEPLOYMENT)).toContain('hello:2.0"');
  expect([...parseLock(project.atRemote(LOCK)).holds.keys()]).toEqual(['images/podinfo']);
});

test('what a commit has as it is now is not held', () => {
  const { commits } = after(['1.0', '2.0']);
  project.set([{ name: 'dev', tag: '2.0', hello: '1.0' }]);
  project.push('One of two');
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0]])).toMatchObject({ status: 0 });
  expect([...parseLock(project.atRemote(LOCK)).holds.keys()]).toEqual(['images/podinfo']);
});

test('a dirty work tree and what is staged stay as they are, and take no part', () => {
  const { commits } = after(['1.0', '2.0']);
  project.write(RELEASE, 'something else');
  project.write('staged.txt', 'staged');
  project.git('add', 'staged.txt');
  const before = project.git('status', '--porcelain');
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0]])).toMatchObject({ status: 0 });
  expect(project.git('status', '--porcelain')).toBe(before);
  expect(project.read(RELEASE)).toBe('something else');
  expect(project.atRemote(RELEASE)).toContain('tag: "1.0"');
});

test('it stands on what others pushed meanwhile, and on what this clone never fetched', () => {
  const { commits } = after(['1.0', '2.0']);
  project.set([{ name: 'prod', tag: '3.0' }]);
  project.push('Another environment');
  project.git('reset', '--quiet', '--hard', commits[1]);
  project.git('update-ref', 'refs/remotes/origin/main', commits[1]);
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0]])).toMatchObject({ status: 0 });
  expect(project.remoteLog()[1]).toBe('Another environment');
  expect(project.atRemote('locks/gke/prod/prod.yaml')).toContain('3.0');
});

test('rollbacks from several clones at once are all there in the end', async () => {
  const names = ['a', 'b', 'c', 'd'];
  project = new LockedProject(names.map((name) => ({ name, tag: '1.0' })));
  const first = project.push('To 1.0');
  project.set(names.map((name) => ({ name, tag: '2.0' })));
  project.push('To 2.0');
  const ends = names.map((name) => {
    const clone = project.clone(name);
    const child = spawn(process.execPath, [compiledCli(), 'rollback', name, '--to', first], { cwd: clone, stdio: 'ignore' });
    return new Promise((resolve) => child.once('close', resolve));
  });
  expect(await Promise.all(ends)).toEqual([0, 0, 0, 0]);
  for (const name of names) expect(project.atRemote(`dist/gke/${name}/${name}/helmrelease.yaml`)).toContain('tag: "1.0"');
  expect(project.remoteLog().sort()).toEqual([...names.map((name) => `Roll back ${name} images/podinfo to 1.0`), 'To 1.0', 'To 2.0'].sort());
});

test('the platform may be a folder of its repository', () => {
  const { commits } = after(['1.0', '2.0'], 'deploy/platform');
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0]])).toMatchObject({ status: 0 });
  expect(project.atRemote(`deploy/platform/${RELEASE}`)).toContain('tag: "1.0"');
});

test('where the followed branch is protected a branch is pushed, and that is said', () => {
  const { commits } = after(['1.0', '2.0']);
  const hook = join(project.remote, 'hooks', 'update');
  writeFileSync(hook, '#!/bin/sh\n[ "$1" = refs/heads/main ] && echo "main is protected" && exit 1\nexit 0\n');
  chmodSync(hook, 0o755);
  const { status, stdout } = project.fairlead(['rollback', 'dev', '--to', commits[0]]);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/to fairlead\/rollback-dev-[0-9a-f]{7} of origin: .*main is protected.*\nmerge it/),
  });
  const branch = project.remoteBranches().find((name) => name.startsWith('fairlead/'));
  expect(project.atRemote(RELEASE, branch)).toContain('tag: "1.0"');
  expect(project.atRemote(RELEASE)).toContain('tag: "2.0"');
});

test('--branch pushes a branch though the followed one is open', () => {
  const { commits } = after(['1.0', '2.0']);
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0], '--branch'])).toMatchObject({ status: 0 });
  expect(project.remoteLog()).toEqual(['To 2.0', 'To 1.0']);
  expect(project.remoteBranches()).toHaveLength(2);
});

test('a computed value goes back in the lock alone, on a branch that says a synth is due', () => {
  after(['1.0', '2.0']);
  project.write(RELEASE, project.read(RELEASE).replace(/ # .*/, ''));
  project.push('Computed');
  const { stdout } = project.fairlead(['rollback', 'dev', 'podinfo', '--to', '1.0']);
  expect(stdout).toContain('on that branch run fairlead synth and commit: the output computes with images/podinfo');
  const branch = project.remoteBranches().find((name) => name.startsWith('fairlead/')) as string;
  expect(project.atRemote(LOCK, branch)).toContain('podinfo:1.0"');
  expect(project.git('ls-remote', 'origin', 'main')).toContain(project.git('rev-parse', 'HEAD').trim());
});

test('a version that was pinned by digest comes back with the digest it had', () => {
  const [one, two] = ['a', 'b'].map((letter) => letter.repeat(64));
  after([`1.0@sha256:${one}`, `2.0@sha256:${two}`]);
  expect(project.fairlead(['rollback', 'dev', 'hello', '--to', '1.0'])).toMatchObject({ status: 0 });
  expect(project.atRemote(DEPLOYMENT)).toContain(`hello:1.0@sha256:${one}"`);
});

test('--dry-run says what would change, and pushes nothing', () => {
  const { commits } = after(['1.0', '2.0']);
  const { stdout } = project.fairlead(['rollback', 'dev', 'podinfo', '--to', commits[0], '--dry-run']);
  expect(stdout).toBe(`ENTRY            FROM   TO\nimages/podinfo   2.0    1.0\nwould change ${RELEASE}\nwould change ${LOCK}\n`);
  expect(project.remoteBranches()).toEqual(['main']);
});

test.each([
  ['without a cluster the target must be named', ['dev'], /FL7246: .*there is no cluster to ask\n {2}say it: --to/],
  ['a version of several entries is ambiguous', ['dev', '--to', '1.0'], /FL7245: .*images\/hello, images\/podinfo/],
  ['what is there already is no rollback', ['dev', 'podinfo', '--to', '2.0'], /FL7244/],
  ['what is neither is refused', ['dev', 'podinfo', '--to', 'main~9'], /FL7243/],
  ['--now needs a cluster', ['dev', '--now'], /FL7248/],
])('%s', (_, args, message) => {
  after(['1.0', '2.0']);
  const { status, stderr } = project.fairlead(['rollback', ...args]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(message) });
});

test('a remote that cannot be reached is told, and nothing is left behind', () => {
  const { commits } = after(['1.0', '2.0']);
  project.git('remote', 'set-url', 'origin', 'http://127.0.0.1:9/none');
  expect(project.fairlead(['rollback', 'dev', '--to', commits[0]])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL1005') });
  expect(project.git('branch', '--list', 'fairlead/*')).toBe('');
});
