import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { parse } from 'yaml';
import { setText } from '../../src/seal/yaml-text';
import { runs } from '../support/runs';

const FILE = `---
# head
kind: A
spec: # of it
  # c0
  values: # here
    # for b
    b: Agxx # tail b
    # for d
    d: >- # how
      aaa
      bbb
    "e": "quoted" # tail e

    f: |
      last
  other: {}
# end
`;

const at = (key: string) => ['spec', 'values', key];
const linesChanged = (after: string | undefined, before = FILE) => {
  const lines = new Set(before.split('\n'));
  return after?.split('\n').filter((line) => !lines.has(line));
};

test('a text that is there is replaced, with what stands after it', () => {
  expect(setText(FILE, at('b'), 'Bgyy')).toBe(FILE.replace('Agxx', 'Bgyy'));
  expect(setText(FILE, at('e'), 'x')).toBe(FILE.replace('"quoted"', 'x'));
  expect(setText(FILE, at('e'), 'true')).toBe(FILE.replace('"quoted"', '"true"'));
  expect(setText(FILE, at('d'), 'x')).toBe(FILE.replace('>- # how\n      aaa\n      bbb\n', 'x\n'));
  expect(setText(FILE, at('f'), 'x')).toBe(FILE.replace('|\n      last\n', 'x\n'));
});

test('a new text goes where it sorts, and comments stay with what they stand above', () => {
  expect(setText(FILE, at('a'), 'x')).toBe(FILE.replace('# here\n', '# here\n    a: x\n'));
  expect(setText(FILE, at('c'), 'x')).toBe(FILE.replace('# tail b\n', '# tail b\n    c: x\n'));
  expect(setText(FILE, at('g'), 'x')).toBe(FILE.replace('last\n', 'last\n    g: x\n'));
  expect(setText(FILE, at('dd'), 'x')).toBe(FILE.replace('bbb\n', 'bbb\n    dd: x\n'));
  expect(setText(FILE, ['zeta'], 'x')).toBe(FILE.replace('other: {}\n', 'other: {}\nzeta: x\n'));
});

test('maps that are missing or empty on the way are made', () => {
  expect(setText(FILE, ['spec', 'other', 'a'], 'x')).toBe(FILE.replace('other: {}', 'other:\n    a: x'));
  expect(setText(FILE, ['spec', 'next', 'a', 'b'], 'x')).toBe(
    FILE.replace('  values:', '  next:\n    a:\n      b: x\n  values:').replace(
      '  # c0\n  next:\n    a:\n      b: x\n',
      '  next:\n    a:\n      b: x\n  # c0\n',
    ),
  );
  expect(setText('a:\n  b:\n', ['a', 'b', 'c'], 'x')).toBe('a:\n  b:\n    c: x\n');
  expect(setText('a:\n  b: null # why', ['a', 'b', 'c'], 'x')).toBe('a:\n  b: # why\n    c: x');
});

test('texts of several lines are readable, where nothing stands in their way', () => {
  expect(setText('a:\n  b: x\n', ['a', 'c'], 'one 1\ntwo 2\n')).toBe('a:\n  b: x\n  c: |\n    one 1\n    two 2\n');
  expect(setText('a:\n  b: x # c\n', ['a', 'b'], 'one\ntwo\n')).toBe('a:\n  b: "one\\ntwo\\n" # c\n');
  expect(setText('a:\n  b: |\n    x\n  c: y\n', ['a', 'b'], 'one\ntwo\n')).toBe('a:\n  b: |\n    one\n    two\n  c: y\n');
});

test('what is taken away goes with its line, and the last leaves an empty map', () => {
  expect(setText(FILE, at('b'), undefined)).toBe(FILE.replace('    b: Agxx # tail b\n', ''));
  expect(setText(FILE, at('d'), undefined)).toBe(FILE.replace(/ {4}d: .*\n.*\n.*\n/, ''));
  expect(setText(FILE, at('nothing'), undefined)).toBe(FILE);
  expect(setText(FILE, ['spec', 'nothing', 'a'], undefined)).toBe(FILE);
  expect(setText(FILE, ['kind', 'a'], undefined)).toBe(FILE);
  expect(setText('a: # c\n  b: x\nd: y\n', ['a', 'b'], undefined)).toBe('a: {} # c\nd: y\n');
  expect(setText('b: x', ['b'], undefined)).toBeUndefined();
});

test('JSON stays JSON, in the manner it is written', () => {
  const value = { kind: 'A', spec: { values: { b: '1', d: '2' }, none: null } };
  for (const indent of [0, 2, 4, '\t']) {
    const text = `${JSON.stringify(value, null, indent)}\n`;
    const as = (spec: object) => `${JSON.stringify({ kind: 'A', spec }, null, indent)}\n`;
    expect(setText(text, at('b'), '9')).toBe(as({ values: { b: '9', d: '2' }, none: null }));
    expect(setText(text, at('a'), '9')).toBe(as({ values: { a: '9', b: '1', d: '2' }, none: null }));
    expect(setText(text, at('c'), '9')).toBe(as({ values: { b: '1', c: '9', d: '2' }, none: null }));
    expect(setText(text, at('e'), '9\n')).toBe(as({ values: { b: '1', d: '2', e: '9\n' }, none: null }));
    expect(setText(text, at('b'), undefined)).toBe(as({ values: { d: '2' }, none: null }));
    expect(setText(text, at('d'), undefined)).toBe(as({ values: { b: '1' }, none: null }));
    expect(setText(text, ['spec', 'none', 'a'], '9')).toBe(as({ values: value.spec.values, none: { a: '9' } }));
    expect(setText(text, ['spec', 'new', 'a', 'b'], '9')).toBe(as({ new: { a: { b: '9' } }, ...value.spec }));
    const emptied = setText(setText(text, at('b'), undefined)!, at('d'), undefined)!;
    expect(emptied).toBe(as({ values: {}, none: null }));
    expect(setText(emptied, at('x'), 'y')).toBe(as({ values: { x: 'y' }, none: null }));
  }
});

test('line ends of another system stay', () => {
  const file = FILE.replaceAll('\n', '\r\n');
  for (const [key, value] of [
    ['a', 'x'],
    ['b', 'y'],
    ['c', 'one\ntwo\n'],
    ['d', undefined],
    ['f', 'x'],
  ] as const) {
    const after = setText(file, at(key), value);
    expect(after?.replaceAll('\r\n', '')).not.toMatch(/\n/);
    expect(parse(after!).spec.values[key]).toBe(value);
  }
});

test('what cannot be changed alone is left', () => {
  const shared = ['a:\n  b: &x one\n  c: *x\n', 'a: &m\n  b: one\nd: *m\n'];
  expect(shared.map((text) => setText(text, ['a', 'b'], 'two'))).toEqual([undefined, undefined]);
  expect(setText('a:\n  b: &x one\n  c: *x\n', ['a', 'c'], 'two')).toBe('a:\n  b: &x one\n  c: two\n');
  expect(setText('? a\n: b\n', ['a'], 'two')).toBe('? a\n: two\n');
  expect(['- a\n', '', 'text', '---\n---\n'].map((text) => setText(text, ['a'], 'x'))).toEqual([undefined, undefined, undefined, undefined]);
  expect(setText('a:\n  b:\n    c: d\n', ['a', 'b'], 'x')).toBeUndefined();
});

const key = fc.oneof(
  fc.stringMatching(/^[-._A-Za-z0-9]{1,12}$/),
  fc.constantFrom('y', 'null', '1', '0x1f', '1e3', '~', '.', '__proto__', 'toString', '2020-01-01'),
);
const text = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9+/]{1,90}={0,2}$/),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 30 }),
  fc.constantFrom('a b 1\nc d 2\n', 'a\n\nb\n', ' a\n', 'yes', '', '# x'),
);
const tree = fc.dictionary(key, fc.oneof(text, fc.dictionary(key, text, { maxKeys: 5 }), fc.constant(null), fc.constant({})), {
  minKeys: 1,
  maxKeys: 6,
});
const printers: readonly ((value: object) => string)[] = [
  (value) => dump(value),
  (value) => dump(value, { indent: 4, lineWidth: -1, sortKeys: true }),
  (value) => dump(value, { flowLevel: 1 }),
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => dump(value).replace(/^(.*[^|>+-])$/gm, '$1'),
];

test('whatever is set is there, and nothing else has changed', () => {
  fc.assert(
    fc.property(
      tree,
      fc.constantFrom(...printers),
      fc.array(fc.tuple(key, fc.option(key, { nil: undefined }), fc.option(text, { nil: undefined })), { maxLength: 6 }),
      (value, print, edits) => {
        let edited = print(value);
        for (const [first, second, wanted] of edits) {
          const path = second === undefined ? [first] : [first, second];
          const next = setText(edited, path, wanted);
          if (next === undefined) continue;
          const before = parse(edited) as Record<string, unknown>;
          const after = parse(next) as Record<string, unknown>;
          expect(valueAt(after, path)).toEqual(wanted);
          expect(without(after, path)).toEqual(without(before, path));
          expect(setText(next, path, wanted)).toBe(next);
          edited = next;
        }
      },
    ),
    { numRuns: runs(400) },
  );
});

test('a key that is there, or is missing in a map that is there, can be set in any manner of writing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, text, { minKeys: 1, maxKeys: 5 }),
      key,
      text,
      fc.constantFrom(...printers.slice(0, 5)),
      (values, name, wanted, print) => {
        const printed = print({ spec: { values } });
        fc.pre(isReadBack(printed, { spec: { values } }));
        const edited = setText(printed, ['spec', 'values', name], wanted);
        const expected = new Map([...Object.entries(values), [name, wanted]]);
        expect(new Map(Object.entries(parse(edited!).spec.values))).toEqual(expected);
      },
    ),
    { numRuns: runs(400) },
  );
});

test('a change touches the lines of its key alone', () => {
  expect(linesChanged(setText(FILE, at('b'), 'Bgyy'))).toEqual(['    b: Bgyy # tail b']);
  expect(linesChanged(setText(FILE, at('a'), 'Bgyy'))).toEqual(['    a: Bgyy']);
  expect(linesChanged(setText(FILE, at('d'), undefined))).toEqual([]);
});

/** js-yaml prints some flow texts plain that are none then, such as `(:{`. */
function isReadBack(printed: string, value: object): boolean {
  try {
    return isDeepStrictEqual(parse(printed), JSON.parse(JSON.stringify(value)));
  } catch {
    return false;
  }
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, one) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, one) ? Object.entries(value).find(([name]) => name === one)![1] : undefined,
    root,
  );
}

/** The tree without a path, and without the maps that are empty then. */
function without(root: Record<string, unknown>, [first, second]: readonly string[]): unknown {
  const entries = new Map(Object.entries(root));
  const inner = entries.get(first!);
  entries.delete(first!);
  if (second === undefined || inner === null || typeof inner !== 'object') return entries;
  const rest = new Map(Object.entries(inner).filter(([name]) => name !== second));
  return rest.size > 0 ? entries.set(first!, rest) : entries;
}
