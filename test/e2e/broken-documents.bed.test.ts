import { setTimeout as sleep } from 'node:timers/promises';
import { conditionOf, isReady } from '../../demo/observe';
import { kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import { configMapYaml, type Files, namespaceYaml, useFiles } from '../support/files-world';

const world = useFiles({ controllers: false, scheduler: false, kwok: false });
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };
const TIMEOUT_MS = 300_000;

const serviceYaml = (namespace: string, name: string, port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n  ports:\n    - port: ${port}\n`;

/** Nobody may make a ConfigMap that says `key: forbidden`. */
const POLICY = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: nothing-forbidden}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]}
  validations: [{expression: "!('key' in object.data) || object.data.key != 'forbidden'", message: the house says no}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: nothing-forbidden}
spec: {policyName: nothing-forbidden, validationActions: [Deny]}
`;

/** The value a live ConfigMap has; undefined: there is none. */
async function liveValue(namespace: string, name: string): Promise<string | undefined> {
  const found = await world().client.get({ ...CONFIG_MAP, namespace, name });
  return (found?.data as { key: string } | undefined)?.key;
}

async function valuesOf(namespace: string): Promise<Record<string, string>> {
  const found = await world().client.list(CONFIG_MAP, { namespace });
  return Object.fromEntries(found.map(({ metadata, data }) => [metadata.name, (data as { key: string }).key]));
}

beforeAll(async () => {
  await world().bed.kubectl(['apply', '-f', '-'], { input: POLICY });
  const attempt = ['create', 'configmap', 'probe', '--from-literal=key=forbidden', '--dry-run=server'];
  const isDenied = () =>
    world()
      .bed.kubectl(attempt)
      .then(
        () => false,
        () => true,
      );
  while (!(await isDenied()));
}, 60_000);

interface Breakage {
  readonly what: string;
  /** Instead of ConfigMap `a`. */
  readonly broken: (namespace: string) => string;
  readonly reason: string;
  readonly says: RegExp;
}

const unreadable: Breakage = {
  what: 'a syntax error',
  broken: (namespace) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: ${namespace}\n`,
  reason: 'BuildFailed',
  says: /line|flow|yaml/,
};

const refused: readonly Breakage[] = [
  {
    what: 'an unknown kind',
    broken: (namespace) => `apiVersion: example.com/v1\nkind: Gadget\nmetadata:\n  name: a\n  namespace: ${namespace}\n`,
    reason: 'ReconciliationFailed',
    says: /Gadget.*example\.com\/v1/s,
  },
  {
    what: 'an invalid field',
    broken: (namespace) => serviceYaml(namespace, 'wrong', 70_000),
    reason: 'ReconciliationFailed',
    says: /spec\.ports\[0\]\.port.*between 1 and 65535/s,
  },
  {
    what: "a policy's denial",
    broken: (namespace) => configMapYaml(namespace, 'a', 'forbidden'),
    reason: 'ReconciliationFailed',
    says: /nothing-forbidden.*the house says no/s,
  },
];

describe('a folder of plain YAML', () => {
  test.each([unreadable, ...refused])(
    '$what: is reported, the rest is applied, nothing is pruned',
    async ({ what, broken, reason, says }) => {
      const name = `plain-${what.replace(/\W+/g, '-')}`;
      const file = (path: string) => `${name}/${path}`;
      const commit = await world().push({
        [file('ns.yaml')]: namespaceYaml(name),
        [file('a.yaml')]: configMapYaml(name, 'a', 'one'),
        [file('b.yaml')]: configMapYaml(name, 'b', 'one'),
        [file('c.yaml')]: configMapYaml(name, 'c', 'one'),
      });
      await world().kustomization(name, name);
      await world().applied(name, commit);

      const told = await world().failed(
        name,
        await world().push({
          [file('a.yaml')]: `${configMapYaml(name, 'beside', 'two')}---\n${broken(name)}`,
          [file('b.yaml')]: configMapYaml(name, 'b', 'two'),
          [file('c.yaml')]: null,
          [file('d.yaml')]: configMapYaml(name, 'd', 'two'),
        }),
      );
      expect(told).toEqual({ reason, message: expect.stringMatching(says) });
      expect(told.message).toContain(file('a.yaml, document 2'));
      expect(await valuesOf(name)).toEqual({ a: 'one', b: 'two', beside: 'two', c: 'one', d: 'two' });

      await world().applied(name, await world().push({ [file('a.yaml')]: configMapYaml(name, 'a', 'three') }));
      expect(await valuesOf(name)).toEqual({ a: 'three', b: 'two', d: 'two' });
      await world().applied(name, await world().push({ [file('a.yaml')]: null }));
      expect(await valuesOf(name)).toEqual({ b: 'two', d: 'two' });
    },
    TIMEOUT_MS,
  );
});

describe('kustomize builds', () => {
  const build = (namespace: string, value: string): Files => ({
    'kustomization.yaml': `namespace: ${namespace}\nresources: [a.yaml, b.yaml]\n`,
    'a.yaml': configMapYaml('set-by-kustomize', 'a', value),
    'b.yaml': configMapYaml('set-by-kustomize', 'b', value),
  });
  const under = (folder: string, files: Files) => Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

  test(
    'a broken one is reported and stays as it is, the others are applied, nothing is pruned',
    async () => {
      const [name, other] = ['builds', 'builds-other'];
      const commit = await world().push({
        'builds/ns.yaml': `${namespaceYaml(name)}---\n${namespaceYaml(other)}`,
        ...under('builds/first', build(name, 'one')),
        ...under('builds/second', { ...build(other, 'one'), 'kustomization.yaml': `namespace: ${other}\nresources: [a.yaml, b.yaml]\n` }),
      });
      await world().kustomization(name, name);
      await world().applied(name, commit);

      const told = await world().failed(
        name,
        await world().push({
          'builds/first/a.yaml': unreadable.broken(name),
          'builds/first/b.yaml': configMapYaml('set-by-kustomize', 'b', 'two'),
          'builds/second/kustomization.yaml': `namespace: ${other}\nresources: [b.yaml]\n`,
          'builds/second/b.yaml': configMapYaml('set-by-kustomize', 'b', 'two'),
        }),
      );
      expect(told.reason).toBe('BuildFailed');
      expect(told.message).toMatch(/builds\/first\/.*a\.yaml/s);
      expect(await valuesOf(name)).toEqual({ a: 'one', b: 'one' });
      expect(await valuesOf(other)).toEqual({ a: 'one', b: 'two' });

      await world().applied(name, await world().push({ 'builds/first/a.yaml': configMapYaml('set-by-kustomize', 'a', 'three') }));
      expect(await valuesOf(name)).toEqual({ a: 'three', b: 'two' });
      expect(await valuesOf(other)).toEqual({ b: 'two' });
      await world().applied(name, await world().push({ 'builds/first': null }));
      expect(await valuesOf(name)).toEqual({});
    },
    TIMEOUT_MS,
  );

  test.each(refused)(
    '$what: is the only one that is not applied',
    async ({ what, broken, reason, says }) => {
      const name = `build-${what.replace(/\W+/g, '-')}`;
      const commit = await world().push(
        under(name, { ...build(name, 'one'), 'ns.yaml': namespaceYaml(name), ...withNamespace(name, 'a.yaml, b.yaml') }),
      );
      await world().kustomization(name, name);
      await world().applied(name, commit);

      const told = await world().failed(
        name,
        await world().push(
          under(name, {
            'a.yaml': broken(name),
            'b.yaml': null,
            'c.yaml': configMapYaml(name, 'c', 'two'),
            ...withNamespace(name, 'a.yaml, c.yaml'),
          }),
        ),
      );
      expect(told).toEqual({ reason, message: expect.stringMatching(says) });
      expect(told.message).toContain(`${name}/a.yaml`);
      expect(await valuesOf(name)).toEqual({ a: 'one', b: 'one', c: 'two' });

      await world().applied(name, await world().push({ [`${name}/a.yaml`]: configMapYaml(name, 'a', 'three') }));
      expect(await valuesOf(name)).toEqual({ a: 'three', c: 'two' });
    },
    TIMEOUT_MS,
  );

  function withNamespace(namespace: string, resources: string): Files {
    return { 'kustomization.yaml': `namespace: ${namespace}\nresources: [ns.yaml, ${resources}]\n` };
  }
});

describe('a chart', () => {
  const release = (namespace: string, chart: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${chart}
  namespace: ${namespace}
spec:
  interval: 1h
  chart:
    spec:
      chart: charts/${chart}
      reconcileStrategy: Revision
      sourceRef: {kind: GitRepository, name: files, namespace: flux-system}
`;
  const chartOf = (name: string, value: string): Files => ({
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`charts/${name}/templates/settings.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: ${value}\n`,
  });
  const releaseSays = (namespace: string, name: string, status: 'True' | 'False', isNow: (object: KubeObject) => boolean = () => true) =>
    world().untilOf(
      kinds.HelmRelease,
      namespace,
      name,
      `Ready=${status}`,
      (object) => conditionOf(object, 'Ready')?.status === status && isNow(object),
    );

  test(
    'that fails to render leaves its release as it is and no other behind',
    async () => {
      const name = 'charts';
      const commit = await world().push({
        'charts-apps/ns.yaml': namespaceYaml(name),
        'charts-apps/broken.yaml': release(name, 'broken'),
        'charts-apps/sound.yaml': release(name, 'sound'),
        ...chartOf('broken', 'one'),
        ...chartOf('sound', 'one'),
      });
      await world().kustomization(name, 'charts-apps');
      await world().applied(name, commit);
      await releaseSays(name, 'broken', 'True', isReady);
      await releaseSays(name, 'sound', 'True', isReady);

      await world().push({ ...chartOf('broken', '{{ required "a colour is needed" .Values.colour }}'), ...chartOf('sound', 'two') });
      const told = await world().told(await releaseSays(name, 'broken', 'False'));
      expect(told.reason).toBe('UpgradeFailed');
      expect(told.message).toMatch(/broken\/templates\/settings\.yaml.*a colour is needed/s);
      await world().untilOf(CONFIG_MAP, name, 'sound', 'upgraded', ({ data }) => (data as { key: string }).key === 'two');
      expect(await liveValue(name, 'broken')).toBe('one');
      expect(JSON.parse(await world().bed.helm(['history', 'broken', '-n', name, '-o', 'json']))).toMatchObject([
        { revision: 1, status: 'deployed' },
      ]);

      await world().push(chartOf('broken', 'three'));
      await releaseSays(name, 'broken', 'True', isReady);
      expect(await liveValue(name, 'broken')).toBe('three');
      await world().applied(name, await world().push({ 'charts-apps/broken.yaml': null }));
      while ((await liveValue(name, 'broken')) !== undefined) await sleep(50);
      expect(await liveValue(name, 'sound')).toBe('two');
    },
    TIMEOUT_MS,
  );

  test(
    'whose object is refused is reported with it, and the release stays as it was',
    async () => {
      const name = 'charts-refused';
      const commit = await world().push({
        'charts-refused/ns.yaml': namespaceYaml(name),
        'charts-refused/strict.yaml': release(name, 'strict'),
        ...chartOf('strict', 'one'),
      });
      await world().kustomization(name, name);
      await world().applied(name, commit);
      await releaseSays(name, 'strict', 'True', isReady);

      await world().push(chartOf('strict', 'forbidden'));
      const told = await world().told(await releaseSays(name, 'strict', 'False'));
      expect(told.reason).toBe('UpgradeFailed');
      expect(told.message).toMatch(/ConfigMap\/charts-refused\/strict \(strict\/templates\/settings\.yaml\).*the house says no/s);
      expect(await liveValue(name, 'strict')).toBe('one');

      await world().push(chartOf('strict', 'three'));
      await releaseSays(name, 'strict', 'True', isReady);
      expect(await liveValue(name, 'strict')).toBe('three');
    },
    TIMEOUT_MS,
  );
});
