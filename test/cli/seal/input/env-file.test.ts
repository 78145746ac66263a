import fc from 'fast-check';
import { parseEnvFile } from '../../../../src/cli/seal/input/env-file';

const parse = (text: string, environment = {}) => parseEnvFile(text, 'the file', environment);

test('lines are read as kubectl reads them', () => {
  const text = '\uFEFF# comment\r\n\r\n  a=1=2\r\nb="quoted" # kept\nc=\n  # another\nD\n';
  expect(parse(text, { D: 'from outside' })).toEqual([
    ['a', '1=2'],
    ['b', '"quoted" # kept'],
    ['c', ''],
    ['D', 'from outside'],
  ]);
});

test('any value of one line comes back as it is', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.stringMatching(/^[A-Za-z_.-]{1,9}$/),
        fc.string().map((text) => text.replace(/[\r\n]/g, '')),
      ),
      (values) => {
        const text = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
        expect(parse(text.join(''))).toEqual(Object.entries(values));
      },
    ),
  );
});

test.each([
  ['a=1\nhunter2\n', 'line 2'],
  ['=hunter2', 'line 1 has no key'],
])('%j is refused by its line, and nothing of it is shown', (text, reason) => {
  expect(() => parse(text)).toThrow(reason);
  expect(() => parse(text)).not.toThrow('hunter2');
});
