import fc from 'fast-check';
import { rewrite } from '../../../../src/agent/secrets/http/rewrite';

const texts = fc.constantFrom('AgB1', 'AgB2', 'AgB3', 'other', '', '"', '\\', '\\"AgB1\\"', 'é☃\n\u2028', '{"a":"AgB1"}');
const documents = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, texts, fc.double({ noNaN: true }), fc.constant(null), fc.array(tie('value')), fc.dictionary(texts, tie('value'))),
})).value;

function countOf(value: unknown, text: string): number {
  if (value === text) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + countOf(inner, text) + (!Array.isArray(value) && key === text ? 1 : 0), 0);
}

test('texts change wherever they stand, and nothing else', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(undefined, 2, '\t'), (document, indent) => {
      const json = JSON.stringify(document, undefined, indent);
      const changes = ['AgB1', 'AgB2'].flatMap((text) => Array(countOf(document, text)).fill([text, `new-${text}`]));
      const expected = json.replace(/"(AgB[12])"(?!\\)/g, (token, text: string, at: number) => (json[at - 1] === '\\' ? token : `"new-${text}"`));
      expect(rewrite(json, changes)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('numbers, escapes and spaces stay as they are written', () => {
  const json = '{ "n": 1.10e2,\r\n\t"s": "\\u00e9\\/", "a":"A\\u0067B1" ,"b" : "AgB1\\"" }';
  expect(rewrite(json, [['AgB1', 'x"y']])).toBe('{ "n": 1.10e2,\r\n\t"s": "\\u00e9\\/", "a":"x\\"y" ,"b" : "AgB1\\"" }');
});

test('a text that stands in another place too is not guessed at', () => {
  expect(() => rewrite('{"a":"AgB1","b":"AgB1"}', [['AgB1', 'x']])).toThrow('FL8143');
  expect(() => rewrite('{"AgB1":"AgB1"}', [['AgB1', 'x']])).toThrow('FL8143');
});

test('texts of megabytes are read through', () => {
  const long = 'A'.repeat(3_000_000);
  expect(rewrite(`{"a":"${long}","b":"AgB1"}`, [['AgB1', 'x']])).toBe(`{"a":"${long}","b":"x"}`);
});
