import { gzipSync } from 'node:zlib';
import { filesIn } from '../../src/oci/archive';
import { headerOf, tarOf } from './tar-of';

const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
const read = async (tar: Buffer) => Object.fromEntries((await filesIn(gzipSync(tar), 'it')).map(({ path, bytes }) => [path, bytes.toString()]));

test('files by their paths from the root, sorted', async () => {
  const files = await filesIn(gzipSync(tarOf({ './b/c.yaml': 'c', 'a.yaml': '', 'a/x': 'x'.repeat(1000) })), 'it');
  expect(files.map(({ path, bytes }) => `${path} ${bytes.length}`)).toEqual(['a.yaml 0', 'a/x 1000', 'b/c.yaml 1']);
});

test('long names of GNU and PAX; links and folders are left out', async () => {
  const long = `${'folder/'.repeat(30)}file`;
  const records = (text: string) => Buffer.from(`${String(text.length + 5)} ${text}\n`);
  const pax = records(`path=${long}.pax`);
  const tar = Buffer.concat([
    ...[headerOf('././@LongLink', long.length + 1, 'L'), pad(Buffer.from(`${long}\0`)), headerOf('short', 1), pad(Buffer.from('g'))],
    ...[headerOf('PaxHeaders/x', pax.length, 'x'), pad(pax), headerOf('short', 1), pad(Buffer.from('p'))],
    ...[headerOf('link', 0, '2'), headerOf('folder/', 0, '5'), Buffer.alloc(1024)],
  ]);
  const names = Object.entries(await read(tar));
  expect(names).toEqual([
    [long, 'g'],
    [`${long}.pax`, 'p'],
  ]);
});

test.each(['../up', 'a/../../up', '/etc/passwd'])('%s is refused', async (path) => {
  await expect(read(tarOf({ [path]: 'x' }))).rejects.toMatchObject({ code: 'FL1126', message: expect.stringContaining('leads out of it') });
});

test.each(['-0000001000', '-1', 'none'])('a file of size %s is refused, and does not lead back to where it was read', async (size) => {
  const tar = Buffer.concat([headerOf('a', 1), pad(Buffer.from('a')), headerOf('b', size), Buffer.alloc(1024)]);
  await expect(read(tar)).rejects.toMatchObject({ code: 'FL1126', message: expect.stringContaining('the size of a file is none') });
});

test('what was cut short, is no archive or unpacks without end is refused', async () => {
  const whole = tarOf({ a: 'x'.repeat(2000) });
  await expect(read(whole.subarray(0, 1024))).rejects.toMatchObject({ message: expect.stringContaining('ends in the middle of a file') });
  await expect(read(Buffer.from('hello'.repeat(300)))).rejects.toMatchObject({ message: expect.stringContaining('no tar archive') });
  await expect(filesIn(Buffer.from('hello'), 'it')).rejects.toMatchObject({
    code: 'FL1126',
    message: expect.stringContaining('it cannot be unpacked'),
  });
  await expect(read(Buffer.alloc(101 * 2 ** 20))).rejects.toMatchObject({ message: expect.stringContaining('over 100 MiB') });
});
