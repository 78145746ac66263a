import { join } from 'node:path';
import fc from 'fast-check';
import { editMarkers } from '../../src/model/edit-markers';
import { printLock } from '../../src/model/lock';
import type { VersionRef } from '../../src/model/version-ref';
import { Marked, type Printable, printYaml } from '../../src/synth/yaml';
import { useGoProgram } from '../support/go-program';
import { keys, NASTY, objects, texts } from '../synth/values';
import { locks, refs } from './locks-arbitrary';

type Tree = Readonly<Record<string, string>>;
interface Edit {
  readonly text: string;
  readonly refs: ReadonlyMap<string, VersionRef>;
}

const setters = useGoProgram<readonly unknown[], readonly Tree[]>(join(__dirname, '../synth/flux-setter'));
const kyaml = useGoProgram<readonly string[], readonly { readonly rewritten: string }[]>(join(__dirname, '../synth/kyaml'));

/** The texts as Flux's image automation leaves them. */
const editedByFlux = (edits: readonly Edit[]) =>
  setters(
    edits.map(({ text, refs }) => ({
      files: { 'a.yaml': text },
      policies: [...refs].map(([policy, latestRef]) => ({ namespace: policy.split(':')[0], name: policy.split(':')[1], latestRef })),
    })),
  ).map((tree) => tree['a.yaml']);
const expectSame = (edits: readonly Edit[]) => {
  const expected = editedByFlux(edits);
  for (const [index, { text, refs }] of edits.entries()) expect(editMarkers(text, refs).text).toBe(expected[index]);
  expect(edits.filter(({ text }, index) => text !== expected[index]).length).toBeGreaterThan(edits.length / 2);
};

const marker = (policy: string) => `{"$imagepolicy": "${policy}"}`;
const name = fc.constantFrom('podinfo', 'stefanprodan/podinfo', 'ghcr.io/stefanprodan/podinfo', 'localhost:5000/a/bb');
const known = fc.record({ 'a:p': refs(name), 'a:q': refs(name) }).map((all) => new Map(Object.entries(all)));
// Keys that Go's emitter takes for simple ones, as in kyaml.bed.test.ts.
const simpleKeys = keys().filter((key) => Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key));

test('files that synth writes become what Flux makes of them', () => {
  const setter = fc.constantFrom('a:p', 'a:p:tag', 'a:p:name', 'a:p:digest', 'a:q', 'a:other', 'a:p:other').map(marker);
  const marked = fc.tuple(fc.oneof(texts(), fc.constantFrom(...NASTY)), setter).map(([text, comment]) => new Marked(text, comment));
  const files = fc
    .tuple(objects(simpleKeys), fc.array(marked, { minLength: 1, maxLength: 3 }), marked)
    .map(([object, items, one]): Printable => ({ ...object, spec: { one, items, nested: [{ one, items }] } }))
    .map(printYaml);
  expectSame(fc.sample(fc.record({ text: files, refs: known }), 400));
});

test('locks become what Flux makes of them', () => {
  const edits = fc
    .tuple(locks(), refs(name))
    .map(
      ([lock, ref]): Edit => ({
        text: printLock(lock),
        refs: new Map([...lock.entries].flatMap(([, { marker }]) => policyOf(marker)).map((policy) => [policy, ref])),
      }),
    )
    .filter(({ text }) => text !== '');
  expectSame(fc.sample(edits, 400));
});

// What people write by hand, as kyaml prints it.
const HAND_MADE = [
  ...[
    "v: a # 'M'",
    "v: 'a' # M",
    'v: "a" # M',
    'v: !!str 1 # M',
    'v: &x a # M\nw: *x',
    'w: &x a\nv: *x # M',
    'v: # M',
    'v: "" # M',
    "v: 'it''s' # M",
  ],
  ...['v:\n- a # M\n- b', 'v:\n# other\n- a # M\n- b', 'v:\n# M\n- a\n- b', 'v:\n- b\n# M\n- a\n- c', 'v:\n  # x\n  # M\n  - a\n  - c', '# M\nv: a'],
  ...['v:\n- b # N\n# M\n- a\n', 'v:\n- b\n# M\n- a # foo', 'v:\n- b\n# M\n- a # N', 'v:\n  # M\n  a', 'v:\n- # M\n  a', 'v:\n- - a # M\n  - b # N'],
  ...[
    'v: a # M\n# M\nw: b',
    'v: {a: b} # M',
    'v: [a, b] # M',
    'v: [a, # M\n  b]',
    'v: [a, # M\n  b # N\n  ]',
    'v: {a: b, # M\n  c: d}',
    'v: {a: "b", # M\n  c: d}',
  ],
  ...[
    'v: a #M',
    'v: a ## M',
    'v: a # M x',
    'v: a\n  b # M',
    'v: "a\n  b" # M',
    'v:\n- a: b # M\n  c: d\n- # M\n  a: e',
    '? a # M\n: b',
    'v: a # M\n...',
  ],
  ...[
    '---\nv: a # M\n---\nw: b # N',
    'v: a # M\n---\n# none\n---\nw: b',
    '# head\n\nv: a # M\n\n# foot',
    'v: a # {"note": "y", "$imagepolicy": "a:p"}',
    'v: "#" # M',
  ],
].map((text) => text.replaceAll('M', marker('a:p')).replaceAll('N', marker('a:q:tag')));

test('files made by hand become what Flux makes of them, where it would not reformat them', () => {
  const texts = kyaml(HAND_MADE.map((text) => `apiVersion: v1\nkind: X\nmetadata:\n  name: x\n${text}\n`)).map(({ rewritten }) => rewritten);
  const fixed = kyaml(texts)
    .map(({ rewritten }) => rewritten)
    .filter((text, index) => text === texts[index]);
  expect(fixed.length).toBeGreaterThan(HAND_MADE.length * 0.8);
  expectSame(fixed.flatMap((text) => fc.sample(known, 10).map((refs) => ({ text, refs }))));
});

function policyOf(comment: string | undefined): string[] {
  return comment === undefined ? [] : [(JSON.parse(comment) as { $imagepolicy: string }).$imagepolicy];
}
