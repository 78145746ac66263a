import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/common/digest';
import { ChartArchives } from '../../src/oci/chart-archives';

let top: string;
let folder: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'fairlead-archives-'));
  folder = join(top, 'archives');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

test('bytes come back by their digest, intact or not at all', async () => {
  const archives = new ChartArchives(folder);
  const digest = await archives.put(Buffer.from('chart'));
  expect(digest).toBe(digestOf(Buffer.from('chart')));
  expect(await archives.get(digest)).toEqual(Buffer.from('chart'));
  writeFileSync(join(folder, digest.replace(':', '-')), 'other');
  expect(await archives.get(digest)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['x:/../../kept', 'sha256:/../../kept', '../kept', ''])(
  'a digest such as %j, which an index may name, reaches no file elsewhere',
  async (digest) => {
    mkdirSync(join(folder, digest.split('/')[0].replace(':', '-') || 'x'), { recursive: true });
    writeFileSync(join(top, 'kept'), 'of somebody else');
    expect(await new ChartArchives(folder).get(digest)).toBeUndefined();
    expect(existsSync(join(top, 'kept'))).toBe(true);
  },
);

test('several who keep things at once do not meet', async () => {
  const contents = Array.from({ length: 20 }, (_, index) => Buffer.from(`chart ${index}`));
  const digests = await Promise.all(contents.map((bytes) => new ChartArchives(folder).put(bytes)));
  for (const [index, digest] of digests.entries()) expect(await new ChartArchives(folder).get(digest)).toEqual(contents[index]);
});

test('what was used longest ago is given up', async () => {
  const archives = new ChartArchives(folder, 10);
  const old = await archives.put(Buffer.from('12345'));
  utimesSync(join(folder, old.replace(':', '-')), 1, 1);
  const kept = await archives.put(Buffer.from('54321'));
  await archives.put(Buffer.from('6'));
  expect(await archives.get(old)).toBeUndefined();
  expect(await archives.get(kept)).toBeDefined();
});
