import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedGit, type GitCredentials } from '../../src/testbed/bed-git';
import { runCommand } from '../../src/testbed/command';
import { gitServer } from '../../src/testbed/git-server';

let folder: string;
let server: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-'));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test('what was pushed is cloned, packs of several megabytes included', async () => {
  const { url } = await (await serve()).createRepository('acme/apps');
  await commit('work', { 'a.yaml': 'a: 1\n', 'large.bin': randomBytes(3_000_000).toString('base64') });
  await git(['-C', 'work', 'push', '--quiet', url, 'HEAD:main']); // over http.postBuffer: a chunked request
  await git(['clone', '--quiet', url, 'copy']);
  expect(await git(['-C', 'copy', 'log', '--format=%s'])).toBe('first\n');
  expect(await git(['-C', 'copy', 'rev-parse', 'HEAD:large.bin'])).toBe(await git(['-C', 'work', 'rev-parse', 'HEAD:large.bin']));
  expect(await git(['-C', 'copy', 'branch', '--show-current'])).toBe('main\n');
});

test('with credentials, nobody gets in without', async () => {
  const bed = await serve({ username: 'git', password: 's3cret' });
  const { url } = await bed.createRepository('apps');
  await commit('work', { 'a.yaml': 'a: 1\n' });
  await expect(git(['-C', 'work', 'push', url, 'HEAD:main'])).rejects.toThrow(/could not read Username|Authentication failed/);
  const withCredentials = url.replace('http://', 'http://git:s3cret@');
  await git(['-C', 'work', 'push', '--quiet', withCredentials, 'HEAD:main']);
  expect(await git(['ls-remote', withCredentials])).toMatch(/refs\/heads\/main/);
});

test('a repository that is not there is not made', async () => {
  const { url } = await (await serve()).createRepository('apps');
  await expect(git(['ls-remote', url.replace('apps', 'other')])).rejects.toThrow(/not found/);
});

async function serve(credentials?: GitCredentials): Promise<BedGit> {
  server = gitServer({ root: folder, credentials });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new BedGit(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder, credentials);
}

async function commit(name: string, files: Record<string, string>): Promise<void> {
  await git(['init', '--quiet', '--initial-branch=main', name]);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  await git(['-C', name, 'add', '.']);
  await git(['-C', name, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'first']);
}

function git(args: readonly string[]): Promise<string> {
  return runCommand('git', args, { cwd: folder, env: { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', GIT_CONFIG_GLOBAL: '/dev/null' } });
}
