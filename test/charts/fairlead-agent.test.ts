import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { agentChartFiles } from '../../scripts/agent-chart/chart-files';
import { agentObjects } from '../../src/install/agent-objects';
import { agentCrds, annotated } from '../../src/install/crds';
import type { AgentInstallation } from '../../src/install/types';
import { idOf, type KubeObject, keyOf } from '../../src/model/object';
import { createEngine } from '../../src/render/engine';
import { chartFromFolder } from '../../src/render/local-content';
import type { RenderResult } from '../../src/render/types';
import { agentInstallations } from '../install/installations-arbitrary';
import { CHART, valuesFor } from './fairlead-agent';

const engine = createEngine();
afterAll(() => engine.close());

const git = { url: 'git@github.com:acme/fleet', branch: 'main', path: 'dist/gke' };

async function render(values: object = {}, namespace = 'flux-system'): Promise<RenderResult> {
  return engine.render({ chart: await chartFromFolder(CHART), name: 'some-release', namespace, values });
}

async function objectsOf(values?: object, namespace?: string): Promise<KubeObject[]> {
  return (await render(values, namespace)).objects.map(({ json }) => JSON.parse(json.toString()) as KubeObject);
}

test('what is generated of it is what src/install says now', () => {
  const root = join(CHART, '../..');
  for (const [path, text] of agentChartFiles()) expect({ path, text: readFileSync(join(root, path), 'utf8') }).toEqual({ path, text });
  expect(readdirSync(join(CHART, 'files/crds'))).toEqual(agentCrds().map(({ name }) => `${name}.yaml`));
});

test('it makes the very objects the construct makes, whatever is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(agentInstallations(), async (installation) => {
      const asked = { ...installation, namespace: installation.namespace ?? 'flux-system' };
      const made = await objectsOf({ ...valuesFor(asked), crds: { install: false } }, asked.namespace);
      expect(comparable(made)).toEqual(comparable(expectedOf(asked)));
    }),
    { numRuns: 60 },
  );
});

test('address, branch and path alone will do', async () => {
  const made = (await objectsOf({ git })).filter(({ kind }) => kind !== 'CustomResourceDefinition');
  expect(comparable(made)).toEqual(comparable(expectedOf({ sync: git })));
});

test('definitions come with the templates, so that an upgrade brings new ones, and stay when the release goes', async () => {
  const definitions = (await objectsOf()).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const expected = agentCrds().map(({ text }) => load(annotated(text, 'helm.sh/resource-policy', 'keep')));
  expect(definitions.sort(byKey)).toEqual((expected as KubeObject[]).sort(byKey));
  expect(readdirSync(CHART)).not.toContain('crds');
});

test.each([
  ['crds: { install: false }', { crds: { install: false } }, []],
  ['features: { sealedSecrets: false }', { features: { sealedSecrets: false } }, agentCrds({ sealedSecrets: false }).map(({ name }) => name)],
])('definitions are left out with %s', async (_, values, names) => {
  const definitions = (await objectsOf(values)).filter(({ kind }) => kind === 'CustomResourceDefinition');
  expect(definitions.map(({ metadata }) => metadata.name).sort()).toEqual(names);
});

test.each([
  ['ssh, with a key that the agent makes', { git }],
  ['a key that may only read', { git: { ...git, url: 'ssh://git@git.example.com:7999/acme/Fleet.git/', readOnly: true } }],
  ['a Secret that is there', { git: { ...git, existingSecret: 'flux-git-deploy' } }],
  ['https', { git: { ...git, url: 'https://git.example.com/acme/fleet' } }],
  ['no repository', {}],
])('notes: %s', async (_, values) => expect((await render(values)).notes).toMatchSnapshot());

test('people may add to its Pods, its account and its monitor', async () => {
  const objects = await objectsOf({
    podAnnotations: { a: 'b' },
    podLabels: { team: 'platform' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    imagePullSecrets: [{ name: 'registry' }],
    image: { pullPolicy: 'Always' },
    extraArgs: ['--log-level=debug'],
    serviceAccount: { name: 'agent', annotations: { 'eks.amazonaws.com/role-arn': 'arn' } },
    serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'prometheus' } },
  });
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind
  const find = (kind: string): any => objects.find((object) => object.kind === kind);
  const { metadata, spec } = find('Deployment').spec.template;
  expect(metadata).toMatchObject({ annotations: { a: 'b' }, labels: { team: 'platform', 'app.kubernetes.io/name': 'fairlead-agent' } });
  expect(spec).toMatchObject({ tolerations: [{ operator: 'Exists' }], affinity: { nodeAffinity: {} }, imagePullSecrets: [{ name: 'registry' }] });
  expect(spec).toMatchObject({ serviceAccountName: 'agent', containers: [{ imagePullPolicy: 'Always' }] });
  expect(spec.containers[0].args.at(-1)).toBe('--log-level=debug');
  expect(find('ServiceAccount').metadata).toMatchObject({ name: 'agent', annotations: { 'eks.amazonaws.com/role-arn': 'arn' } });
  expect(find('RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'agent', namespace: 'flux-system' }]);
  expect(find('ServiceMonitor')).toMatchObject({ metadata: { labels: { release: 'prometheus' } }, spec: { endpoints: [{ interval: '30s' }] } });
});

test('account and rights may come from elsewhere', async () => {
  const kinds = (await objectsOf({ serviceAccount: { create: false, name: 'theirs' }, rbac: { create: false } })).map(({ kind }) => kind);
  expect(kinds.filter((kind) => /Role|ServiceAccount/.test(kind))).toEqual([]);
});

test.each([
  ['an unknown value', { gitt: {} }],
  ['an unknown value inside', { git: { ...git, repo: 'x' } }],
  ['no path', { git: { url: git.url } }],
  ['a path out of the repository', { git: { ...git, path: '../other' } }],
  ['an address that is none', { git: { ...git, url: 'github.com/acme/fleet' } }],
  ['a password in the address', { git: { ...git, url: 'https://user:secret@git.example.com/acme/fleet' } }],
  ['no replica', { replicas: 0 }],
  ['a half replica', { replicas: 1.5 }],
  ['a switch that is a text', { features: { imageAutomation: 'off' } }],
  ['a digest that is none', { image: { digest: 'latest' } }],
  ['a port that is none', { networkPolicy: { egressPorts: [70000] } }],
  ['resources of a container that are none', { resources: { memory: '1Gi' } }],
  ['an option that is none', { extraArgs: ['log-level'] }],
])('its schema refuses %s', async (_, values) => {
  await expect(render(values)).rejects.toThrow(/schema/);
});

/** As Helm makes them: the namespace comes with the release. */
function expectedOf(installation: AgentInstallation): readonly KubeObject[] {
  return agentObjects(installation).filter(({ kind }) => kind !== 'Namespace');
}

/** Helm names the tool that manages an object, and its chart. */
function comparable(objects: readonly KubeObject[]): unknown[] {
  return [...objects].sort(byKey).map((object) => {
    const { 'app.kubernetes.io/managed-by': manager, 'helm.sh/chart': chart, ...labels } = object.metadata.labels ?? {};
    expect(['Helm', 'fairlead']).toContain(manager);
    expect(chart === undefined).toBe(manager === 'fairlead');
    return { ...object, metadata: { ...object.metadata, labels } };
  });
}

function byKey(a: KubeObject, b: KubeObject): number {
  return keyOf(idOf(a)) < keyOf(idOf(b)) ? -1 : 1;
}
