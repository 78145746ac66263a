import { editMarkers, MarkerSyntaxError, policiesIn } from '../../src/model/edit-markers';
import type { VersionRef } from '../../src/model/version-ref';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const refs = new Map<string, VersionRef>([
  ['apps:podinfo', { name: 'ghcr.io/podinfo', tag: '6.7.1' }],
  ['apps:pinned', { name: 'ghcr.io/pinned', tag: '1.10', digest: DIGEST }],
]);
const marker = (policy: string) => `# {"$imagepolicy": "${policy}"}`;
const podinfo = marker('apps:podinfo');
const tag = marker('apps:podinfo:tag');
const edited = (text: string) => editMarkers(text, refs).text;

test.each([
  ['the whole reference', `image: "a:1" ${podinfo}\n`, `image: "ghcr.io/podinfo:6.7.1" ${podinfo}\n`],
  ['with its digest', `image: "a:1" ${marker('apps:pinned')}\n`, `image: "ghcr.io/pinned:1.10@${DIGEST}" ${marker('apps:pinned')}\n`],
  ['its name', `a: "b" ${marker('apps:podinfo:name')}\n`, `a: "ghcr.io/podinfo" ${marker('apps:podinfo:name')}\n`],
  ['its tag', `a: "b" ${tag}\n`, `a: "6.7.1" ${tag}\n`],
  ['its digest', `a: "b" ${marker('apps:pinned:digest')}\n`, `a: "${DIGEST}" ${marker('apps:pinned:digest')}\n`],
  ['empty, where it has no digest', `a: "b" ${marker('apps:podinfo:digest')}\n`, `a: "" ${marker('apps:podinfo:digest')}\n`],
])('a marked scalar becomes %s', (_, text, expected) => expect(edited(text)).toBe(expected));

test.each([
  ['double quotes', `a: "b" ${tag}`, `a: "6.7.1" ${tag}`],
  ['single quotes', `a: 'it''s' ${tag}`, `a: '6.7.1' ${tag}`],
  ['no quotes', `a: b:1 ${podinfo}`, `a: ghcr.io/podinfo:6.7.1 ${podinfo}`],
  [
    'no quotes in a flow collection only where no colon asks for them',
    `a: [b, ${podinfo}\n  c ${tag}\n  ]`,
    `a: ['ghcr.io/podinfo:6.7.1', ${podinfo}\n  6.7.1 ${tag}\n  ]`,
  ],
  ['an anchor and a tag', `a: &x !!str "b" ${tag}`, `a: &x !!str "6.7.1" ${tag}`],
  ['no quotes, had it many lines', `a: b\n  c ${tag}`, `a: 6.7.1 ${tag}`],
])('keeps %s', (_, text, expected) => expect(edited(text)).toBe(expected));

test('a value that a reader could take for something else than a string gets quotes', () => {
  expect(edited(`a: b ${marker('apps:pinned:tag')}`)).toBe(`a: "1.10" ${marker('apps:pinned:tag')}`);
});

test('nothing else of a file changes, however it is written', () => {
  const text = `\ufeff---\r\n# ${tag.slice(2)}\r\na:   b # c\r\nimages:\r\n    -   "x"   ${podinfo}  \r\n    - {name: "y"}\r\nz: |\r\n  "x" ${podinfo}\r\n---\r\na: 'b'\t${tag}\r\n...\r\n`;
  expect(edited(text)).toBe(text.replace('"x"   #', '"ghcr.io/podinfo:6.7.1"   #').replace("'b'", "'6.7.1'"));
});

test.each([
  ['after an item', `- a ${tag}\n- b`, `- 6.7.1 ${tag}\n- b`],
  ['after the comma of an item', `[a, ${tag}\n b]`, `[6.7.1, ${tag}\n b]`],
  ['above the first item', `v:\n${tag}\n- a\n- b`, `v:\n${tag}\n- 6.7.1\n- b`],
  ['above another item', `- a\n${tag}\n- b\n- c`, `- a\n${tag}\n- 6.7.1\n- c`],
  ['between the dash and the item', `- ${tag}\n  a`, `- ${tag}\n  6.7.1`],
  ['above a value on a line of its own', `v:\n  ${tag}\n  a`, `v:\n  ${tag}\n  6.7.1`],
  ['without spaces', `a: b #{"$imagepolicy":"apps:podinfo:tag"}`, `a: 6.7.1 #{"$imagepolicy":"apps:podinfo:tag"}`],
  ['with more hashes', `a: b #${tag}`, `a: 6.7.1 #${tag}`],
  ['among other texts', `a: b # {"$imagepolicy": "apps:podinfo:tag", "note": "x"}`, `a: 6.7.1 # {"$imagepolicy": "apps:podinfo:tag", "note": "x"}`],
])('a marker may stand %s', (_, text, expected) => expect(edited(text)).toBe(expected));

test.each([
  ['of an unknown policy', `a: "b" ${marker('apps:other')}`],
  ['of an unknown part', `a: "b" ${marker('apps:podinfo:version')}`],
  ['with text after it', `a: "b" ${tag} x`],
  ['with a number in it', `a: "b" # {"$imagepolicy": "apps:podinfo", "n": 1}`],
  ['in other quotes', `a: "b" # {'$imagepolicy': "apps:podinfo"} "$imagepolicy"`],
  ['above a key', `${tag}\na: "b"`],
  ['among other comments above an item', `v:\n# other\n${tag}\n- a`],
  ['above an item with a comment of its own', `- a\n${tag}\n- b # own`],
  ['of a block scalar', `a: | ${podinfo}\n  b\n`],
  ['of an alias', `a: &x "b"\nc: *x ${tag}`],
  ['of a collection', `a: {b: "c"} ${tag}`],
  ['of a key without value', `a: ${tag}\nb: "c"`],
  ['of a key', `? a ${tag}\n: b`],
  ['in a text', `a: 'x ${tag}'`],
  ['in a literal', `a: |\n  b: "c" ${tag}\n`],
])('a marker %s changes nothing', (_, text) => expect(editMarkers(text, refs)).toEqual({ text, changes: [] }));

test('tells what changed, of which object and where', () => {
  const text = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - image: "ghcr.io/podinfo:6.7.1" ${podinfo}
    name: "x" ${tag}
---
kind: Kustomization
images:
- newTag: 'x' ${tag}
`;
  expect(editMarkers(text, refs).changes).toEqual([
    {
      policy: 'apps:podinfo',
      part: 'tag',
      old: 'x',
      new: '6.7.1',
      line: 9,
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
    },
    { policy: 'apps:podinfo', part: 'tag', old: 'x', new: '6.7.1', line: 13, object: { kind: 'Kustomization' } },
  ]);
});

test('an item of a List is the object', () => {
  const text = `kind: List\nitems:\n- kind: Pod\n  metadata:\n    name: web\n  spec: {image: "a"} # x\n  image: "b" ${podinfo}\n`;
  expect(editMarkers(text, refs).changes).toMatchObject([{ line: 7, object: { kind: 'Pod', name: 'web' } }]);
});

test('the policies of a file are named once each', () => {
  expect(policiesIn(`a: "b" ${tag}\nc: "d" ${podinfo}\ne: "f" ${marker('x:y')}\ng: "h" # {"$imagepolicy": 1}\n`)).toEqual(['apps:podinfo', 'x:y']);
});

test.each([
  [3, `a: 1 ${tag}\nb: 2\nc: [\n`],
  [2, `a: "b" ${tag}\nb: "c\n`],
  [4, `a: "b" ${tag}\n---\na: b\n\tc: d\n`],
])('a syntax error names its line, %d', (line, text) => {
  const errors = [() => policiesIn(text), () => editMarkers(text, refs)].map(caught);
  expect(errors).toEqual([expect.any(MarkerSyntaxError), expect.any(MarkerSyntaxError)]);
  expect(errors).toMatchObject([{ line }, { line }]);
});

test('a file without markers is not even read', () => {
  const template = 'a: {{ .Values.image }}: [';
  expect(editMarkers(template, refs)).toEqual({ text: template, changes: [] });
  expect(policiesIn(template)).toEqual([]);
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
