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

test('JSON and plain YAML are read quickly', () => {
  expect(all('{"a": {"b": ["c", 1, null, true]}}')).toEqual({ a: { b: ['c', 1, null, true] } });
  expect(all('---\na: b\nc: |\n  d\n')).toEqual({ a: 'b', c: 'd\n' });
});

test.each([
  ['no YAML', 'a: [\n'],
  ['a key twice', 'a: 1\na: 2\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['anchors', 'a: &a 1\nb: *a\n'],
  ['tags', 'a: !!binary aGk=\n'],
  ['a list as a key', '[a]: 1\n'],
  ['a map as a key', '? a: 1\n: 2\n'],
  ['a list', '- a\n'],
  ['nothing', ''],
  ['too deep', '['.repeat(100_000)],
])('what has to be looked at closely is not: %s', (_, text) => {
  expect(all(text)).toBeUndefined();
});

test('what is wrong with a field is left to who knows its line', () => {
  expect(readQuickly('a: 1\n', (from) => from.text(['a']))).toBeUndefined();
  expect(readQuickly('a: "1"\n', (from) => from.text(['a']))).toBe('1');
  expect(() => parseSealedFile('kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata:\n  name: 7\n', 'x.yaml')).toThrow(
    'FL8010: x.yaml, line 4: metadata.name is no text',
  );
});
