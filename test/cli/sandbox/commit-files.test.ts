import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitFiles } from '../../../src/cli/sandbox/commit-files';

const repository = mkdtempSync(join(tmpdir(), 'fairlead-commit-'));
afterAll(() => rmSync(repository, { recursive: true }));
const git = (...args: string[]) => execFileSync('git', ['--git-dir', repository, ...args], { encoding: 'utf8' });

test('a commit holds exactly the files, on what was there before', async () => {
  git('init', '--quiet', '--bare');
  const odd = 'charts/a "b"\\c/ü.yaml';
  const first = await commitFiles(
    repository,
    'main',
    new Map([
      [odd, Buffer.from([0, 10, 255])],
      ['gone.yaml', Buffer.from('x')],
    ]),
  );
  const second = await commitFiles(
    repository,
    'main',
    new Map([
      [odd, Buffer.from('text')],
      ['empty', Buffer.alloc(0)],
    ]),
  );
  expect(git('ls-tree', '-r', '-z', '--name-only', second).split('\0').sort()).toEqual(['', odd, 'empty'].sort());
  expect(git('show', `${second}:${odd}`)).toBe('text');
  expect(execFileSync('git', ['--git-dir', repository, 'show', `${first}:${odd}`])).toEqual(Buffer.from([0, 10, 255]));
  expect(git('rev-parse', `${second}^`).trim()).toBe(first);
  expect(git('rev-parse', 'main').trim()).toBe(second);
});
