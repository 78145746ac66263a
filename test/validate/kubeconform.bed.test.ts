import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { binaries } from '../../src/testbed/binaries';
import type { RawObject } from '../../src/validate/manifest';
import { stringDrafts } from '../../src/validate/rules/metadata';
import { schemaDrafts } from '../../src/validate/rules/schema';
import { Kubernetes } from '../../src/validate/schema/kubernetes-schemas';
import { Schemas } from '../../src/validate/schema/schemas';
import { SCHEMA_FILES, writeDefinition, writeKubernetes } from './corpus/json-schemas';
import { type Mutation, mutationsOf } from './corpus/mutations';

const RELEASE = 'v1.36.3';
const CRDS = join(__dirname, '..', '..', 'crds');

let kubeconform: string;
let folder: string;
beforeAll(async () => {
  ({ kubeconform } = await binaries(['kubeconform']));
  folder = mkdtempSync(join(tmpdir(), 'fairlead-kubeconform-'));
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${RELEASE}`], { cwd: folder, encoding: 'utf8' }));
  writeKubernetes(join(folder, 'schemas'), JSON.parse(readFileSync(join(Dir, 'api', 'openapi-spec', 'swagger.json'), 'utf8')));
  for (const file of readdirSync(CRDS).filter((name) => name.endsWith('.yaml'))) {
    writeDefinition(join(folder, 'schemas'), load(readFileSync(join(CRDS, file), 'utf8')) as never);
  }
}, 10 * 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What kubeconform -strict calls valid, in the order of the objects. */
function theirs(name: string, objects: readonly unknown[]): boolean[] {
  const cases = join(folder, name);
  mkdirSync(cases);
  for (const [index, object] of objects.entries()) writeFileSync(join(cases, `${index}.json`), JSON.stringify(object));
  const args = ['-strict', '-verbose', '-output', 'json', '-schema-location', `file://${join(folder, 'schemas')}/${SCHEMA_FILES}`, cases];
  const { stdout } = spawnSync(kubeconform, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const { resources } = JSON.parse(stdout) as { readonly resources: readonly { filename: string; status: string }[] };
  const valid = new Set(resources.filter(({ status }) => status === 'statusValid').map(({ filename }) => filename));
  return objects.map((_, index) => valid.has(join(cases, `${index}.json`)));
}

const schemas = new Schemas(Kubernetes.near(RELEASE), []);

function corpus(file: string): RawObject[] {
  return loadAll(readFileSync(join(__dirname, 'corpus', file), 'utf8')) as RawObject[];
}

/** Where the two differ. @param rules of ours that say what theirs says */
function differences(name: string, cases: readonly Mutation[], rules: readonly string[]): string[] {
  const valid = theirs(
    name,
    cases.map(({ object }) => object),
  );
  return cases.flatMap(({ what, object }, index) => {
    const found = [...schemaDrafts(object as RawObject, schemas), ...stringDrafts(object as RawObject)].filter(({ rule }) => rules.includes(rule));
    return (found.length === 0) === valid[index]
      ? []
      : [`${what}: ${valid[index] ? `only we say ${found[0].field?.join('.')} ${found[0].message}` : 'only kubeconform minds'}`];
  });
}

const isIdentity = ([first]: readonly (string | number)[]) => first === 'apiVersion' || first === 'kind';

test('good manifests are good for both', () => {
  const objects = [...corpus('good.yaml'), ...corpus('flux.yaml')];
  expect(theirs('good', objects)).toEqual(objects.map(() => true));
  expect(objects.flatMap((object) => schemaDrafts(object, schemas))).toEqual([]);
});

test('whatever is changed in a manifest of Kubernetes, both say the same of it', () => {
  const cases = corpus('good.yaml').flatMap((object) =>
    mutationsOf(object, isIdentity).map((one) => ({ ...one, what: `${object.kind} whose ${one.what}` })),
  );
  expect(cases.length).toBeGreaterThan(2000);
  expect(differences('mutated', cases, ['schema', 'non-string-metadata'])).toEqual([]);
}, 400_000);

test('and of a custom resource, patterns and enumerations included', () => {
  // Metadata is every object's: a definition says nothing of it.
  const cases = corpus('flux.yaml').flatMap((object) =>
    mutationsOf(object, ([first]) => first !== 'spec').map((one) => ({ ...one, what: `${object.kind} whose ${one.what}` })),
  );
  expect(cases.length).toBeGreaterThan(300);
  expect(differences('custom', cases, ['schema', 'value'])).toEqual([]);
}, 400_000);
