import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { RawObject } from '../../src/validate/manifest';
import { metadataDrafts, stringDrafts } from '../../src/validate/rules/metadata';
import { schemaDrafts } from '../../src/validate/rules/schema';
import { Kubernetes } from '../../src/validate/schema/kubernetes-schemas';
import { Schemas } from '../../src/validate/schema/schemas';
import { useBed } from '../support/bed';
import { mutationsOf } from './corpus/mutations';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dry-run-'));
  await bed().kubectl(['create', 'namespace', 'flux-system']);
  await bed().kubectl(['create', 'namespace', 'dev']);
  await bed().kubectl(['create', '-f', join(__dirname, '..', '..', 'crds')]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schemas = new Schemas(Kubernetes.near('1.36'), []);
const ours = (object: RawObject) => [...schemaDrafts(object, schemas), ...stringDrafts(object), ...metadataDrafts(object)];

function corpus(file: string): RawObject[] {
  const objects = loadAll(readFileSync(join(__dirname, 'corpus', file), 'utf8')) as RawObject[];
  return objects.filter(({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition');
}

/** Why the API server refuses each object in a strict dry run; undefined where it takes it. */
async function theirs(name: string, objects: readonly unknown[]): Promise<(string | undefined)[]> {
  const cases = join(folder, name);
  mkdirSync(cases);
  for (const [index, object] of objects.entries()) writeFileSync(join(cases, `${index}.json`), JSON.stringify(object));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, await bed().kubectl(['config', 'view', '--raw', '--flatten']));
  const args = ['--kubeconfig', kubeconfig, 'create', '--dry-run=server', '--validate=strict', '-f', cases];
  const { stderr } = spawnSync(await bed().bin('kubectl'), args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const refused = new Map<number, string>();
  // What is wrong with one object may take lines.
  for (const part of stderr.split(/\n(?=Error from server|The \w+ |error: )/)) {
    const named = /(?:when creating|validating) "[^"]*\/(\d+)\.json"|case-(\d+)/.exec(part);
    if (named) refused.set(Number(named[1] ?? named[2]), part.trim());
  }
  return objects.map((_, index) => refused.get(index));
}

/** Cases in which one thing is wrong at most, named by their number. */
function casesOf(file: string) {
  const mutations = corpus(file).flatMap((object) =>
    mutationsOf(object, ([first]) => first === 'apiVersion' || first === 'kind' || first === 'metadata').map(({ what, object: changed }) => ({
      what: `${object.kind} whose ${what}`,
      object: changed as RawObject,
    })),
  );
  return mutations.map(({ what, object }, index) => {
    const metadata = object.metadata as Readonly<Record<string, unknown>>;
    return { what, object: { ...object, metadata: { ...metadata, name: `case-${index}` } } as RawObject };
  });
}

/** What the structure of an object alone is enough to say. */
const STRUCTURE =
  /unknown field|strict decoding|cannot unmarshal|must be of type|in body is required|in body must be|Unsupported value|in body should/;

/** Kubernetes' document requires it, as kubeconform says too, and the API server does not ask for it. */
const UNASKED = ['LimitRange whose spec.limits is missing'];

test.each([['good.yaml'], ['flux.yaml']] as const)(
  'what we call wrong in %s the API server refuses, and what it refuses for the structure we call wrong',
  async (file) => {
    const cases = casesOf(file);
    const refusals = await theirs(
      file,
      cases.map(({ object }) => object),
    );
    const differences = cases.flatMap(({ what, object }, index) => {
      const [first] = ours(object);
      const refusal = refusals[index];
      if (first && refusal === undefined && !UNASKED.includes(what)) return [`${what}: only we say ${first.field?.join('.')} ${first.message}`];
      if (!first && refusal !== undefined && STRUCTURE.test(refusal)) return [`${what}: only the API server says ${refusal}`];
      return [];
    });
    expect(refusals.filter((refusal) => refusal !== undefined).length).toBeGreaterThan(cases.length / 2);
    expect(differences).toEqual([]);
  },
  600_000,
);
