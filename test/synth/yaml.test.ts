import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { Marked, type Printable, printYaml } from '../../src/synth/yaml';
import { runs } from '../support/runs';
import { json, NASTY, objects } from './values';

const readers: { readonly [name: string]: (text: string) => unknown } = {
  'js-yaml': load,
  'yaml 1.2': (text) => parse(text),
  'yaml 1.1': (text) => parse(text, { version: '1.1' }),
};

test.each(Object.keys(readers))('%s reads back every value', (name) => {
  fc.assert(
    fc.property(objects(), (value) => {
      expect(isDeepStrictEqual(json(readers[name](printYaml(value))), value)).toBe(true);
    }),
    { numRuns: runs(500) },
  );
});

test.each(NASTY.map((text) => [JSON.stringify(text), text]))('%s is read back as a string, as value, item and key', (_, text) => {
  const value = { value: text, items: [text, [text]], [text]: { [text]: 1 } };
  for (const read of Object.values(readers)) expect(read(printYaml(value))).toEqual(value);
});

test.each([
  'yes',
  'NO',
  'on',
  'Off',
  'y',
  'N',
  '012',
  '0o17',
  '0x1F',
  '1e3',
  '1.10',
  '.5',
  '12:30',
  '1_000',
  '2001-01-01',
  '<<',
  '=',
  '~',
  'null',
  '',
  '.inf',
])('%j is quoted', (text) => expect(printYaml({ a: text })).toBe(`a: "${text}"\n`));

test.each([
  'podinfo',
  '6.2.1',
  '10.0.0.1',
  '100m',
  '128Mi',
  'nginx:1.25',
  '--level=info',
  '-v',
  './dist/gke',
  'a, b',
  'git@github.com:acme/x',
  '$(POD)',
  '5m0s',
])('%j is plain', (text) => expect(printYaml({ a: text })).toBe(`a: ${text}\n`));

test('the layout of collections, literals and markers', () => {
  const value: Printable = {
    map: { inner: { a: 1 }, none: {} },
    items: [{ name: 'x', args: ['--a', '--b'] }, ['nested', ['deep']], 'literal\nitem\n', []],
    script: '#!/bin/sh\n\necho hi # there\n',
    joined: 'no\nend',
    spaced: 'trailing \nspace',
    json: '{"a": "b"}',
    nothing: null,
    tag: new Marked('1.10', '{"$imagepolicy": "flux-system:podinfo:tag"}'),
    list: [new Marked('a:b', '{"$imagepolicy": "flux-system:podinfo"}')],
  };
  expect(printYaml(value)).toBe(
    `map:
  inner:
    a: 1
  none: {}
items:
- name: x
  args:
  - --a
  - --b
- - nested
  - - deep
- |
  literal
  item
- []
script: |
  #!/bin/sh

  echo hi # there
joined: |-
  no
  end
spaced: "trailing \\nspace"
json: '{"a": "b"}'
nothing: null
tag: "1.10" # {"$imagepolicy": "flux-system:podinfo:tag"}
list:
- "a:b" # {"$imagepolicy": "flux-system:podinfo"}
`,
  );
});

test('lone surrogates become the replacement character', () => {
  expect(load(printYaml({ a: 'x\ud800y' }))).toEqual({ a: 'x\ufffdy' });
});
