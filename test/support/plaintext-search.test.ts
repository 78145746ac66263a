import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPlaintext } from './plaintext-search';

const binary = randomBytes(100);
const values = [Buffer.from('correct "horse"\n'), binary, Buffer.from('short')];

test.each([
  ['as it is', Buffer.from('it is correct "horse"\n!'), 0],
  ['escaped', Buffer.from(JSON.stringify({ password: 'correct "horse"\n' })), 0],
  ['in base64', Buffer.from(Buffer.from('correct "horse"\n').toString('base64')), 0],
  ['in base64 of something longer', Buffer.from(Buffer.from('password=correct "horse"\n').toString('base64')), 0],
  ['in base64 of something longer by one', Buffer.from(Buffer.from('password: correct "horse"\n').toString('base64')), 0],
  ['in part, where it is long', binary.subarray(0, 60), 1],
])('a value is found %s', async (_, content, value) => {
  const folder = mkdtempSync(join(tmpdir(), 'plaintext-'));
  try {
    writeFileSync(join(folder, 'log'), content);
    expect(await findPlaintext(values, { paths: [folder] })).toEqual([`${join(folder, 'log')}: value ${value}`]);
    expect(await findPlaintext(values, { texts: { answer: content.toString('latin1') } })).toEqual(value === 0 ? ['answer: value 0'] : []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('other text is none, and values too short to tell are not looked for', async () => {
  expect(await findPlaintext(values, { texts: { answer: 'a short text of horses' } })).toEqual([]);
});
