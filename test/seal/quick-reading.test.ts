import * as fc from 'fast-check';
import { readQuickly } from '../../src/seal/quick-reading';
import { SCOPES } from '../../src/seal/scope';
import { parseSealedFile, printSealedFile } from '../../src/seal/sealed-file';
import { YamlReading } from '../../src/seal/yaml-reading';

const all = (text: string) => readQuickly(text, (from) => from.at([]));

const words = fc.oneof(
  fc.string(),
  fc.constantFrom('yes', 'null', '1_000', '0b1', '0o7', '1e3', '.inf', '2026-11-21', '~', '<<', '{{ .user }}', 'a: b', '# c', '- d', 'e\nf\n'),
);
const maps = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), words, { maxKeys: 4 });
const files = fc.record({
  namespace: fc.stringMatching(/^[a-z]{1,8}$/),
  name: fc.stringMatching(/^[a-z]{1,8}$/),
  scope: fc.constantFrom(...SCOPES),
  encryptedData: maps,
  sealedWith: fc.constant(new Map<string, string>()),
  template: fc.record({ type: words, data: maps }),
  annotations: maps,
  labels: maps,
});

test('a sealed file is read as it is when lines are known', () => {
  fc.assert(
    fc.property(files, (file) => {
      const text = printSealedFile(file);
      const quick = all(text);
      if (quick !== undefined) expect(quick).toEqual(new YamlReading(text, 'a test').at([]));
      expect(parseSealedFile(text, 'a test')).toEqual(file);
    }),
  );
});

const slowly = (text: string): string | undefined => {
  try {
    return JSON.stringify(new YamlReading(text, 'a test').at([]));
  } catch {
    return undefined;
  }
};

const pieces = fc.constantFrom(
  ...[
    '[',
    ']',
    '{',
    '}',
    '- ',
    ': ',
    'a: ',
    'b: ',
    'c:',
    'd',
    '\n',
    '\n  ',
    '|\n',
    '|-\n',
    '>+\n',
    '"',
    "'",
    ' # c',
    '---\n',
    '...\n',
    ' ',
    ',',
    '@',
    '=',
  ],
  ...[
    '0x1',
    '1_0',
    '0b1',
    '.inf',
    '1e3',
    '-',
    'yes',
    'null',
    '~',
    'True',
    '2026-11-21',
    '\\n',
    '\\u00e9',
    '<<: ',
    'c: d\n',
    'k:\n- 1\n- x\n',
    '__proto__: ',
  ],
);

test('what is read quickly never means another thing when it is read slowly, whatever the text', () => {
  const seen = { quick: 0 };
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
      const text = `a: ${parts.join('')}`;
      const quick = all(text);
      if (quick === undefined) return;
      seen.quick++;
      // That is stricter in keys, and in the indentation of quoted texts.
      expect([JSON.stringify(quick), undefined]).toContain(slowly(text));
    }),
    { numRuns: 5000 },
  );
  expect(seen.quick).toBeGreaterThan(250);
});

test('a key that some reader takes for a number is what is written', () => {
  const text = (key: string) =>
    `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a, namespace: b}\nspec: {encryptedData: {${key}: AAAA}}\n`;
  for (const key of ['1_000', '0b11', '"0x10"', 'yes'])
    expect(parseSealedFile(text(key), 'f').encryptedData).toEqual({ [key.replaceAll('"', '')]: 'AAAA' });
});

test('JSON and plain YAML are read quickly', () => {
  expect(all('{"a": {"b": ["c", null, true]}}')).toEqual({ a: { b: ['c', null, true] } });
  expect(all('---\na: b\nc: |\n  d\n')).toEqual({ a: 'b', c: 'd\n' });
});

test.each([
  ['no YAML', 'a: [\n'],
  ['numbers', 'a: 1\n'],
  ['keys that may be numbers', '0x1: a\n'],
  ['directives', '%YAML 1.1\n---\na: yes\n'],
  ['tabs', 'a:\tb\n'],
  ['a key twice', 'a: b\na: c\n'],
  ['two documents', 'a: b\n---\nb: c\n'],
  ['anchors', 'a: &a c\nb: *a\n'],
  ['tags', 'a: !!binary aGk=\n'],
  ['a list as a key', '[a]: b\n'],
  ['a map as a key', '? a: b\n: c\n'],
  ['a list', '- a\n'],
  ['nothing', ''],
  ['too deep', '['.repeat(100_000)],
])('what has to be looked at closely is not: %s', (_, text) => {
  expect(all(text)).toBeUndefined();
});

test('what is wrong with a field is left to who knows its line', () => {
  expect(readQuickly('a: [b]\n', (from) => from.text(['a']))).toBeUndefined();
  expect(readQuickly('a: "1"\n', (from) => from.text(['a']))).toBe('1');
  expect(() => parseSealedFile('kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata:\n  name: 7\n', 'x.yaml')).toThrow(
    'FL8010: x.yaml, line 4: metadata.name is no text',
  );
});
