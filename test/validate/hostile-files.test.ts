import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseManifests } from '../../src/validate/parse-manifests';
import { readTree } from '../../src/validate/read-tree';
import { validateCluster } from '../../src/validate/validate-cluster';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/** Each list holds the one before it nine times. */
const BOMB = `${HEAD}a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]\n`).join('')}`;

test.each<[string, string, string, string]>([
  ['aliases that make a file grow without end', 'a.yaml', BOMB, 'has more than 1000000 values'],
  ['the same beside a key that stands twice', 'a.yaml', `${BOMB}kind: ConfigMap\n`, 'Excessive alias count'],
  ['a map that holds itself', 'a.yaml', `${HEAD}data: &d {x: *d}\n`, 'is deeper than 500 levels'],
  ['JSON that is deeper than a stack', 'a.json', '['.repeat(50_000) + ']'.repeat(50_000), 'is deeper than 500 levels'],
  ['YAML that is deeper than a stack', 'a.yaml', `${HEAD}data: ${'['.repeat(50_000)}`, 'maxDepth'],
])('%s is a finding', (_, file, text, message) => {
  const { manifests, problems } = parseManifests(text, file);
  expect(manifests).toEqual([]);
  expect(problems).toMatchObject([{ rule: 'unreadable', message: expect.stringContaining(message) }]);
});

test('a file that no memory holds is a finding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-huge-'));
  try {
    writeFileSync(join(folder, 'a.yaml'), HEAD);
    truncateSync(join(folder, 'a.yaml'), 2 ** 32);
    symlinkSync('/dev/zero', join(folder, 'zero.yaml'));
    expect(readTree(folder, '', false)).toMatchObject({ manifests: [], problems: [{ file: 'a.yaml', rule: 'unreadable' }] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an anchor that is used as people use it is none', () => {
  expect(parseManifests(`${HEAD}labels: &l {app: web}\nothers: [*l, *l]\n`, 'a.yaml')).toMatchObject({ problems: [], manifests: [{ document: 1 }] });
});

function definition(spec: unknown): string {
  const schema = JSON.stringify({ type: 'object', properties: { spec } });
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: forms.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Form, plural: forms, singular: form, listKind: FormList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ${schema}}}]
---
apiVersion: example.com/v1
kind: Form
metadata: {name: a}
spec: ${'a'.repeat(2000)}!
`;
}

function check(text: string) {
  const { manifests } = parseManifests(text, 'a.yaml');
  const cluster = { name: '', manifests, releases: [], defaults: new Map(), problems: [], isWhole: false };
  const definitions = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  return validateCluster(cluster, definitions, {});
}

test('forms within forms end, and so does a pattern that others never finish', () => {
  const nested = Array.from({ length: 20 }).reduce<object>((inner) => ({ oneOf: [inner, { type: 'integer' }] }), { type: 'integer' });
  expect(() => check(definition(nested))).not.toThrow();
  expect(check(definition({ type: 'string', pattern: '^(a+)+$' }))).toMatchObject([{ rule: 'value' }]);
});

test.each([null, 5, { required: 3 }, { enum: 5, allOf: {}, pattern: 4 }])('a definition whose schema is %j is a finding and no crash', (spec) => {
  expect(check(definition(spec)).map(({ object }) => object)).toContain('CustomResourceDefinition/forms.example.com');
});
