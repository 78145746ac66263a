import fc from 'fast-check';
import { quote, unquote } from '../../src/model/yaml-quote';
import { NASTY, texts } from '../synth/values';

test('what is quoted reads back', () => {
  const reads = (text: string) => expect(unquote(quote(text).slice(1, -1))).toBe(Buffer.from(text).toString());
  NASTY.forEach(reads);
  fc.assert(fc.property(texts(), reads));
});

test('a quoted text is one line of ASCII and printable letters', () => {
  expect(quote('a\n\t"\\\u2028😀é')).toBe('"a\\n\\t\\"\\\\\\L\\U0001F600é"');
});

test('a character that is none is left as it stands', () => {
  expect(unquote('\\U00110000')).toBe('U00110000');
});

test("of a text that begins with a byte order mark every character is escaped, as Go's emitter does", () => {
  expect(quote('\ufeff/a \u00a0b')).toBe('"\\uFEFF\\x2F\\x61\\x20\\_\\x62"');
  expect(quote('/a\ufeff')).toBe('"/a\\uFEFF"');
});
