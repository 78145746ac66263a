import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkTree } from '../../../src/cli/bootstrap/work-tree';

let clone: string;
beforeEach(() => {
  clone = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-work-tree-')));
  git('init', '--quiet', '--initial-branch', 'main');
  for (const [key, value] of Object.entries({ 'user.name': 'Alice', 'user.email': 'alice@example.com', 'remote.origin.url': '/nowhere' }))
    git('config', key, value);
  write('deploy/main.ts', '');
  write('deploy/dist/a.yaml', 'a');
  git('add', '.');
  git('commit', '--quiet', '--message', 'All of it');
});
afterEach(() => rmSync(clone, { recursive: true }));

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();
}

function write(path: string, text: string): void {
  mkdirSync(join(clone, path, '..'), { recursive: true });
  writeFileSync(join(clone, path), text);
}

test('what Git is told not to show makes a tree dirty all the same', async () => {
  git('config', 'status.showUntrackedFiles', 'no');
  write('password.txt', 'x');
  await expect(WorkTree.at(clone).requireClean()).rejects.toThrow('password.txt');
});

test('what is saved elsewhere meanwhile is not committed', async () => {
  const work = WorkTree.at(join(clone, 'deploy'));
  write('deploy/dist/a.yaml', 'b');
  write('deploy/.fairlead/clusters/gke.json', '{}');
  write('deploy/main.ts', 'half a thought');
  write('password.txt', 'x');
  write('deploy/distance/b.yaml', 'x');
  const commit = await work.commitFolders(['dist', 'locks', '.fairlead'], 'Bootstrap');
  expect(git('show', '--name-only', '--format=%H %s', 'HEAD').split('\n')).toEqual([
    `${commit} Bootstrap`,
    '',
    'deploy/.fairlead/clusters/gke.json',
    'deploy/dist/a.yaml',
  ]);
  expect(await work.commitFolders(['dist', 'locks', '.fairlead'], 'Bootstrap')).toBeUndefined();
});

test('it knows which commits nobody else has, and where its remote is, without who asks', () => {
  const work = WorkTree.at(clone);
  expect(work.unpushed('main')).toBe(0);
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('commit', '--quiet', '--allow-empty', '--message', 'One');
  git('commit', '--quiet', '--allow-empty', '--message', 'Two');
  expect(work.unpushed('main')).toBe(2);
  git('remote', 'set-url', 'origin', 'https://alice:hunter2@example.com/acme/environments.git');
  expect(work.url).toBe('https://example.com/acme/environments.git');
});
