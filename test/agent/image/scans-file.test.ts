import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScan, writeScan } from '../../../src/agent/image/scans-file';
import { scratch } from '../../git/git-server';

let folder: ReturnType<typeof scratch>;
let file: string;
beforeEach(() => {
  folder = scratch();
  file = join(folder.path, 'images', 'app.tags');
});
afterEach(() => folder.remove());

test.each([[['b', 'a']], [[]]])('a scan that found %j is read as it was written', async (tags) => {
  const scan = { image: 'ghcr.io/team/app', revision: 'sha256:1', tags };
  await writeScan(file, scan);
  expect(await readScan(file)).toEqual(scan);
});

test('a file that is missing, cut short or none of ours counts as no scan', async () => {
  expect(await readScan(file)).toBeUndefined();
  await writeScan(file, { image: 'ghcr.io/team/app', revision: 'sha256:1', tags: ['b', 'a'] });
  writeFileSync(file, '{"image":"ghcr.io/team/app","revision":"sha256:1","count":2}\nb');
  expect(await readScan(file)).toBeUndefined();
  writeFileSync(file, 'b\na');
  expect(await readScan(file)).toBeUndefined();
});
