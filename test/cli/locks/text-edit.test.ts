import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEdits } from '../../../src/cli/locks/text-edit';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-edits-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('files are written with their folders, and nothing is left beside them', async () => {
  await writeEdits(root, [
    { path: 'a/b.yaml', text: 'b', before: null },
    { path: 'c', text: 'c' },
  ]);
  await writeEdits(root, [{ path: 'a/b.yaml', text: 'b2', before: 'b' }]);
  expect([read('a/b.yaml'), read('c'), readdirSync(join(root, 'a')), readdirSync(root)]).toEqual(['b2', 'c', ['b.yaml'], ['a', 'c']]);
});

test.each([
  ['changed', 'mine', 'theirs'],
  ['made', null, 'theirs'],
  ['deleted', 'mine', undefined],
])('of files of which one was %s meanwhile none is written', async (_what, before, now) => {
  writeFileSync(join(root, 'first'), 'first');
  if (now !== undefined) writeFileSync(join(root, 'file'), now);
  const edits = [
    { path: 'first', text: 'changed' },
    { path: 'file', text: 'new', before },
  ];
  await expect(writeEdits(root, edits)).rejects.toMatchObject({ code: 'FL7254', message: expect.stringContaining('file ') });
  expect(read('first')).toBe('first');
  expect(existsSync(join(root, 'file')) ? read('file') : undefined).toBe(now);
  expect(readdirSync(root)).toHaveLength(now === undefined ? 1 : 2);
});

test('a place that cannot be written is named with why, and nothing is left beside it', async () => {
  mkdirSync(join(root, 'folder/x'), { recursive: true });
  writeFileSync(join(root, 'file'), '');
  await expect(writeEdits(root, [{ path: 'folder', text: 'x' }])).rejects.toMatchObject({
    code: 'FL7255',
    detail: expect.stringContaining('folder'),
  });
  await expect(writeEdits(root, [{ path: 'file/x', text: 'x' }])).rejects.toMatchObject({ code: 'FL7255' });
  expect(readdirSync(root)).toEqual(['file', 'folder']);
});
