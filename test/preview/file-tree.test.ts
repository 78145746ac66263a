import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTree } from '../../src/preview/open-tree';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tree-'));
  for (const path of ['a.yaml', 'b/c.yaml', 'node_modules/d.yaml']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), 'kind: A\n');
  }
  git('init', '--quiet');
  git('add', 'a.yaml', 'b');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message=one');
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['the files on disk', 'a commit'])('all of a tree is named from its root, in %s', async (of) => {
  const { tree, close } = await openTree(folder, of === 'a commit' ? 'HEAD' : undefined);
  expect(await tree.list('')).toEqual(['a.yaml', 'b/c.yaml']);
  expect(await tree.list('b')).toEqual(['b/c.yaml']);
  expect(await tree.containing('', 'kind')).toEqual(['a.yaml', 'b/c.yaml']);
  expect(await tree.containing('', 'no such word', 'kind', 'k')).toEqual(['a.yaml', 'b/c.yaml']);
  close();
});

function git(...args: string[]): void {
  spawnSync('git', args, { cwd: folder });
}
