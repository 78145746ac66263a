import { readFileSync } from 'node:fs';
import { dump, load } from 'js-yaml';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import type { KubeObject, ObjectId } from '../../src/model/object';
import { encodeInventory } from '../../src/objects/inventory';
import { useBed } from '../support/bed';
import { configMapText, DiffProject } from './diff/diff-project';

const bed = useBed({ registry: false, git: false, kwok: false, scheduler: false });
const MANAGER = { fieldManager: 'kustomize-controller' };

let client: RawKubeClient;
let project: DiffProject;
beforeAll(async () => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  for (const name of ['dev', 'flux-system']) await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
});
afterAll(() => client.close());
beforeEach(() => {
  project = new DiffProject();
});
afterEach(() => project.remove());

async function apply(object: KubeObject): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  await client.apply({ group, version, kind, namespace: metadata.namespace ?? '', name: metadata.name }, JSON.stringify(object), MANAGER);
}

const labels = { 'kustomize.toolkit.fluxcd.io/name': 'dev', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const configMap = (name: string, data: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'dev', labels },
  data,
});
const diff = (...args: string[]) => project.fairlead(['diff', '--cluster', '--kubeconfig', bed().kubeconfig, '--offline', ...args]);

function deployment(name: string, image: string, app: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: dev }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [{ name: app, image: "${image}" }] }
`;
}

test('what a sync would do to the cluster is told without doing it', async () => {
  await apply(configMap('same', { x: '1' }));
  await apply(configMap('other', { x: '1', z: '1' }));
  for (const name of ['web', 'fixed'])
    await apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'dev', labels },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }] } },
      },
    } as KubeObject);
  project.manifests({
    'dev/same.yaml': configMapText('same', '  x: "1"'),
    'dev/other.yaml': configMapText('other', '  x: "2"'),
    'dev/new.yaml': configMapText('new', '  x: "1"'),
    'dev/web.yaml': deployment('web', 'web:2', 'web'),
    'dev/fixed.yaml': deployment('fixed', 'web:1', 'changed'),
    'dev/widget.yaml': 'apiVersion: acme.io/v1\nkind: Widget\nmetadata: { name: w, namespace: dev }\n',
    'dev/later.yaml': configMapText('later', '  x: "1"', 'not-there-yet'),
  });
  const { status, stdout, stderr } = diff();
  expect(stderr).toBe('');
  expect(status).toBe(1);
  expect(stdout).toContain('~ ConfigMap/dev/other changed\n');
  expect(stdout).toContain('-  x: "1"\n-  z: "1"\n+  x: "2"\n');
  expect(stdout).toContain('+ ConfigMap/dev/new added\n');
  expect(stdout).toContain('+ ConfigMap/not-there-yet/later added\n');
  expect(stdout).toContain('Deployment/web: app: web 1 → 2');
  expect(stdout).toMatch(/! Deployment\/fixed: the API server refuses it: .*field is immutable/);
  expect(stdout).toMatch(/Widget\/w: the cluster does not know its kind yet/);
  expect(stdout).not.toMatch(/ConfigMap\/dev\/same|resourceVersion|managedFields/);
  expect(await client.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'new' })).toBeUndefined();
});

test('objects of an inventory that are no longer wanted would be deleted', async () => {
  await definition();
  await apply(configMap('gone', { x: '1' }));
  await apply(configMap('stays', { x: '1' }));
  const id = (name: string): ObjectId => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name });
  project.manifests({ 'dev/stays.yaml': configMapText('stays', '  x: "1"') });
  const owner = { ...kinds.Kustomization, namespace: 'flux-system', name: 'dev' };
  await client.apply(
    owner,
    JSON.stringify({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: 'flux-system', name: 'dev' },
      spec: {},
    }),
    MANAGER,
  );
  await client.patch(
    owner,
    'merge',
    { status: { inventory: encodeInventory([id('gone'), id('stays'), id('gone-already')]) } },
    { subresource: 'status' },
  );
  const { stdout } = diff('--summary');
  expect(stdout).toContain('ConfigMap/gone: deleted');
  expect(stdout).not.toMatch(/stays|gone-already/);
});

test('secrets of the cluster are shown no more than those of files', async () => {
  await apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'dev', labels },
    data: { password: Buffer.from('live-secret-9').toString('base64') },
  } as KubeObject);
  project.manifests({
    'dev/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: dev }\nstringData: { password: file-secret-9 }\n',
  });
  const { stdout } = diff('-o', 'json');
  expect(stdout).toContain('*** (before)');
  expect(stdout).not.toMatch(/live-secret|file-secret|bGl2ZS1z|ZmlsZS1z/);
});

test('what an identity may not try is said, and is not the same', async () => {
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'stranger', namespace: 'dev' } });
  const token = (await bed().kubectl(['--namespace=dev', 'create', 'token', 'stranger'])).trim();
  project.manifests({ 'dev/same.yaml': configMapText('same', '  x: "1"') });
  const { status, stdout } = project.fairlead(['diff', '--cluster', '--kubeconfig', kubeconfigOf(token), '--offline']);
  expect([status, stdout]).toEqual([2, expect.stringContaining('ConfigMap/same: your identity may not try it')]);
});

test('a token that is no longer taken', () => {
  project.manifests({ 'dev/same.yaml': configMapText('same', '  x: "1"') });
  const { status, stderr } = project.fairlead(['diff', '--cluster', '--kubeconfig', kubeconfigOf('expired'), '--offline']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('error FL5004')]);
});

test('a cluster that is not there, and one the tree does not have', () => {
  project.manifests({ 'dev/same.yaml': configMapText('same', '  x: "1"') });
  const nobody = project.fairlead(['diff', '--cluster', '--kubeconfig', '/nowhere/config']);
  expect([nobody.status, nobody.stderr]).toEqual([2, expect.stringContaining('/nowhere/config')]);
  const other = project.fairlead(['diff', '--cluster', 'other', '--kubeconfig', bed().kubeconfig]);
  expect([other.status, other.stderr]).toEqual([
    2,
    expect.stringContaining('FL7415: it is not known which cluster this is: the tree has no cluster other'),
  ]);
});

/** The kubeconfig of the bed with another identity. */
function kubeconfigOf(token: string): string {
  const config = load(readFileSync(bed().kubeconfig, 'utf8')) as { users: { user: object }[] };
  for (const one of config.users) one.user = { token };
  project.write('other.kubeconfig', dump(config));
  return `${project.root}/other.kubeconfig`;
}

async function definition(): Promise<void> {
  const { group, version, kind, plural } = kinds.Kustomization;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  } as KubeObject);
  for (;;) {
    if (await client.resource({ group, version, kind }, { now: true })) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
