import fc from 'fast-check';
import { LineCounter, parseAllDocuments, visit } from 'yaml';
import { editMarkers, MarkerSyntaxError } from '../../src/model/edit-markers';
import { readYaml, type YamlDocument, YamlInvalid } from '../../src/model/yaml-documents';
import { runs } from '../support/runs';

const MANY = 131_072;
const MARKED = '\na: b # {"$imagepolicy": "apps:podinfo"}\n';

const caught = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

/** Kind, place and value of each. */
const nodesOf = (document: YamlDocument) => {
  const nodes: unknown[] = [document.range];
  visit(document, { Node: (_, node) => void nodes.push([node.constructor.name, node.range, 'value' in node && node.value]) });
  return nodes;
};

const pieces = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '? ',
    '- ',
    ': ',
    ' ',
    '\n',
    '\n  ',
    '&a ',
    '*a ',
    '!t ',
    '|\n',
    '"',
    "'",
    ' #',
    '%',
    '---\n',
    '...\n',
    '\t',
    ',',
  ),
  fc.constantFrom('a: b\n', 'c: d\n', '- a\n', '\r\n', '\ufeff', '%YAML 1.2\n', '<<: '),
  fc.string({ maxLength: 3 }),
);

test('a text is read as its library reads it, and its first error is that of its library', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 16 }), (parts) => {
      const text = parts.join('');
      const lines = new LineCounter();
      const theirs = [...parseAllDocuments(text, { prettyErrors: false, lineCounter: lines })];
      const error = theirs.flatMap(({ errors }) => errors)[0];
      const ours = caught(() => readYaml(text).documents.map(nodesOf));
      if (error === undefined) return expect(ours).toEqual(theirs.map(nodesOf));
      expect(ours).toBeInstanceOf(YamlInvalid);
      const line = lines.linePos(Math.min(error.pos[0], text.trimEnd().length)).line;
      expect(ours).toMatchObject({ line, message: error.message });
    }),
    { numRuns: runs(3000) },
  );
});

test('a text may nest two hundred deep', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}a${']'.repeat(depth)}`;
  expect(readYaml(nested(150)).documents).toHaveLength(1);
  expect(caught(() => readYaml(`\n${nested(250)}`))).toMatchObject({ line: 2, reason: 'it is nested too deep' });
});

test.each([
  ['lists in lists', '['.repeat(MANY)],
  ['maps in maps', '{a: '.repeat(MANY)],
  ['items in items', '- '.repeat(MANY)],
  ['keys in keys', '? '.repeat(MANY)],
  ['values in values', ': '.repeat(MANY)],
  ['both in one another', '- ? '.repeat(MANY)],
  ['lines that go in and in', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
])('what nests deeper is refused before it exhausts the stack: %s', (_, text) => {
  expect(caught(() => readYaml(text))).toMatchObject({ reason: 'it is nested too deep' });
  const found = caught(() => editMarkers(text + MARKED, new Map()));
  expect(found).toBeInstanceOf(MarkerSyntaxError);
  expect(found).toMatchObject({ reason: 'it is nested too deep' });
});

test.each([
  ['ends of lists', ']'],
  ['ends of maps', '}'],
  ['empty lists', '[]'],
  ['keys out of place', '?a\n: '],
])('reading ends with the first error, of whatever there are: %s', (_, piece) => {
  expect(caught(() => readYaml(piece.repeat(MANY)))).toMatchObject({ reason: 'it is no YAML: unexpected token' });
  expect(caught(() => editMarkers(piece.repeat(MANY) + MARKED, new Map()))).toBeInstanceOf(MarkerSyntaxError);
});
