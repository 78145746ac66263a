import fc from 'fast-check';
import { mergeLines } from '../../../src/cli/init/merge-lines';

test('lines that are missing go to the end, without comments', () => {
  expect(mergeLines('dist\nnode_modules/\n', '# why\nnode_modules/\n!/dist/\n')).toEqual({
    text: 'dist\nnode_modules/\n!/dist/\n',
    added: ['!/dist/'],
  });
});

test('a last line without an end gets one, and line ends are those of the file', () => {
  expect(mergeLines('a\r\nb', 'c\n').text).toBe('a\r\nb\r\nc\r\n');
});

test('merging again adds nothing, and nothing that was there is lost', () => {
  const file = fc.array(fc.stringMatching(/^[!#a-z/*.]{0,6}$/)).map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(file, file, (existing, wanted) => {
      const { text } = mergeLines(existing, wanted);
      expect(text.startsWith(existing)).toBe(true);
      expect(mergeLines(text, wanted)).toEqual({ text, added: [] });
    }),
  );
});
