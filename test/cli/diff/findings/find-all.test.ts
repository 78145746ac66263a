import { comparePreviews } from '../../../../src/cli/diff/compare/compare-previews';
import { findAll } from '../../../../src/cli/diff/findings/find-all';
import { errors } from '../../../../src/common/errors';
import { annotations } from '../../../../src/model/labels';
import type { KubeObject } from '../../../../src/model/object';
import type { Preview, PreviewLayer } from '../../../../src/preview/types';
import { cluster, configMap, deployment, kustomization, layer, object, preview, release, sync } from '../preview';

function told(before: Preview, after: Preview): string[] {
  return findAll(comparePreviews(before, after), before, after).map(({ topic, level, subject, text }) => `${topic} ${level} ${subject}: ${text}`);
}

const dev = (...objects: KubeObject[]) => preview(cluster('gke', [layer('dev', objects)]));
const change = (before: KubeObject, after: KubeObject) => told(dev(before), dev(after));
const gke = (...layers: Omit<PreviewLayer, 'cluster'>[]) => preview(cluster('gke', layers));

describe('deletions', () => {
  test.each([
    ['v1', 'PersistentVolumeClaim', 'danger'],
    ['v1', 'Secret', 'danger'],
    ['apps/v1', 'StatefulSet', 'danger'],
    ['v1', 'ConfigMap', 'warning'],
  ])('%s %s is %s', (apiVersion, kind, level) => {
    expect(told(dev(object(apiVersion, kind, 'x')), dev())[0]).toMatch(new RegExp(`^deletion ${level} ${kind}/x: deleted`));
  });

  test('a release that looks like a database is', () => {
    const database = object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'store', { spec: { chart: { spec: { chart: 'postgresql-ha' } } } });
    expect(told(dev(database), dev())).toEqual(['deletion danger HelmRelease/store: deleted: it looks like a database']);
  });

  test('what says that it stays is none', () => {
    const kept = configMap('x', {}, { annotations: { [annotations.prune]: 'disabled' } });
    expect(told(dev(kept), dev())).toEqual(['deletion note ConfigMap/x: stays in the cluster, and nothing looks after it']);
  });

  test('a Kustomization that does not prune leaves everything', () => {
    const syncLayer = sync(kustomization('dev', { prune: false }));
    expect(told(gke(syncLayer, layer('dev', [configMap('x', {})])), gke(syncLayer, layer('dev', [])))).toEqual([
      'deletion note ConfigMap/x: stays in the cluster, and nothing looks after it',
    ]);
  });

  test('an object that moves to another layer is not deleted', () => {
    const before = gke(layer('a', [configMap('x', {})]), layer('b', []));
    const after = gke(layer('a', []), layer('b', [configMap('x', {})]));
    expect(told(before, after)).toEqual(['move note : 1 object moves here from a']);
  });

  test('a cluster that is gone from the output keeps what it has', () => {
    expect(told(dev(configMap('x', {})), preview())).toEqual([
      'cluster warning : is gone from the output: its agent finds nothing to apply, and what runs there stays',
    ]);
  });
});

describe('immutable fields', () => {
  test('the selector of a Deployment', () => {
    expect(change(deployment('web', 'a'), deployment('web', 'a', { selector: { matchLabels: { app: 'other' } } }))).toEqual([
      'immutable danger Deployment/web: spec.selector cannot be changed: the API server refuses it',
    ]);
  });

  test.each<[string, string, object, object, string]>([
    ['apps/v1', 'StatefulSet', { spec: { replicas: 1, serviceName: 'a' } }, { spec: { replicas: 1, serviceName: 'b' } }, 'spec.serviceName'],
    ['v1', 'Service', { spec: { clusterIP: '10.0.0.1' } }, { spec: { clusterIP: 'None' } }, 'spec.clusterIP'],
    ['batch/v1', 'Job', { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }, 'spec.template'],
    ['v1', 'PersistentVolumeClaim', { spec: { storageClassName: 'a' } }, { spec: { storageClassName: 'b' } }, 'spec.storageClassName'],
    ['v1', 'PersistentVolumeClaim', size('2Gi'), size('1Gi'), 'spec.resources.requests.storage'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }, 'roleRef'],
    ['v1', 'Secret', { type: 'Opaque' }, { type: 'kubernetes.io/tls' }, 'type'],
    ['v1', 'ConfigMap', { immutable: true, data: { a: '1' } }, { immutable: true, data: { a: '2' } }, 'data'],
    ['storage.k8s.io/v1', 'StorageClass', { provisioner: 'a' }, { provisioner: 'b' }, 'provisioner'],
  ])('%s %s', (apiVersion, kind, before, after, field) => {
    expect(change(object(apiVersion, kind, 'x', before), object(apiVersion, kind, 'x', after))).toContain(
      `immutable danger ${kind}/x: ${field} cannot be changed: the API server refuses it`,
    );
  });

  test.each<[string, string, object, object]>([
    ['apps/v1', 'StatefulSet', { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }],
    ['v1', 'Service', { spec: { clusterIP: '10.0.0.1' } }, { spec: {} }],
    ['v1', 'PersistentVolumeClaim', size('1Gi'), size('2Gi')],
    ['v1', 'Secret', {}, { type: 'Opaque' }],
    ['v1', 'ConfigMap', { data: { a: '1' } }, { data: { a: '2' } }],
  ])('what may change of %s %s', (apiVersion, kind, before, after) => {
    expect(change(object(apiVersion, kind, 'x', before), object(apiVersion, kind, 'x', after))).toEqual([]);
  });

  test('an object that may be recreated is', () => {
    const of = (name: string) =>
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'x', { roleRef: { name } }, { annotations: { [annotations.force]: 'Enabled' } });
    expect(change(of('a'), of('b'))).toContain('immutable danger RoleBinding/x: roleRef cannot be changed: it is deleted and created again');
  });

  test('a release of another name is installed anew', () => {
    const of = (releaseName: string) => object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'x', { spec: { releaseName } });
    expect(change(of('a'), of('b'))).toEqual(['immutable danger HelmRelease/x: spec.releaseName changes: it is uninstalled and installed anew']);
  });
});

describe('definitions', () => {
  const crd = (versions: object[]) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.acme.io', { spec: { versions } }, { namespace: undefined });
  const version = (name: string, schema: object = {}, more: object = {}) => ({
    name,
    served: true,
    storage: false,
    schema: { openAPIV3Schema: schema },
    ...more,
  });

  test('a version that goes', () => {
    expect(change(crd([version('v1'), version('v1beta1', {}, { storage: true })]), crd([version('v1')]))).toEqual([
      'crd danger CustomResourceDefinition/widgets.acme.io: version v1beta1 is removed, which objects are stored in',
    ]);
  });

  test('a schema that takes less says where', () => {
    const before = { type: 'object', properties: { size: { type: 'integer', maximum: 9 }, kind: { enum: ['a', 'b'] }, old: {} } };
    const after = { type: 'object', required: ['size'], properties: { size: { type: 'integer', maximum: 5 }, kind: { enum: ['a'] } } };
    expect(change(crd([version('v1', before)]), crd([version('v1', after)]))).toEqual([
      'crd danger CustomResourceDefinition/widgets.acme.io: version v1 takes less: .size is required, .size has a lower maximum, .kind cannot be b, .old is removed',
    ]);
  });

  test('one that takes more says nothing', () => {
    const before = { type: 'object', required: ['size'], properties: { size: { type: 'integer', maximum: 5 } } };
    const after = { type: 'object', properties: { size: { type: 'number' }, more: { type: 'string', maxLength: 5 } } };
    expect(change(crd([version('v1', before)]), crd([version('v1', after), version('v2')]))).toEqual([]);
  });
});

describe('rights', () => {
  const role = (...rules: object[]) => object('rbac.authorization.k8s.io/v1', 'Role', 'r', { rules });
  const pods = (...verbs: string[]) => ({ apiGroups: [''], resources: ['pods'], verbs });

  test('new verbs and resources', () => {
    expect(change(role(pods('get')), role(pods('get', 'delete'), { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }))).toEqual([
      'rbac danger Role/r: may now get secrets',
      'rbac warning Role/r: may now delete pods',
    ]);
  });

  test('what a star covered is not new', () => {
    expect(change(role({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }), role(pods('get', 'list')))).toEqual([]);
  });

  test.each(['escalate', 'bind', 'impersonate', '*'])('%s is grave', (verb) => {
    expect(change(role(), role(pods(verb)))[0]).toMatch(/^rbac danger/);
  });

  test('a new subject, and who becomes cluster-admin', () => {
    const binding = (...names: string[]) =>
      object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b', {
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: names.map((name) => ({ kind: 'User', name })),
      });
    expect(change(binding('ann'), binding('ann', 'bob'))).toEqual(['rbac danger ClusterRoleBinding/b: gives ClusterRole/cluster-admin to User/bob']);
  });
});

describe('workloads', () => {
  test('images, with the repository once where it stays', () => {
    expect(change(deployment('web', 'ghcr.io/acme/web:1'), deployment('web', 'ghcr.io/acme/web:2'))).toEqual([
      'image note Deployment/web: app: ghcr.io/acme/web 1 → 2',
    ]);
    expect(change(deployment('web', 'a/web:1'), deployment('web', 'b/web:1'))).toEqual(['image note Deployment/web: app: a/web:1 → b/web:1']);
  });

  test('images with a port, a digest and no tag are taken apart', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(change(deployment('web', 'host:5000/web:1'), deployment('web', `host:5000/web:1@${digest}`))).toEqual([
      'image note Deployment/web: app: host:5000/web 1 → 1@sha256:000000000000',
    ]);
    expect(change(deployment('web', 'web'), deployment('web', 'web:2'))).toEqual(['image note Deployment/web: app: web → web:2']);
  });

  test('replicas, and none of them is worth a look', () => {
    expect(change(deployment('web', 'a', { replicas: 3 }), deployment('web', 'a', { replicas: 0 }))).toEqual([
      'replicas warning Deployment/web: replicas 3 → 0',
    ]);
  });

  test('bounds of an autoscaler', () => {
    const hpa = (maxReplicas: number) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec: { minReplicas: 1, maxReplicas } });
    expect(change(hpa(3), hpa(10))).toEqual(['replicas note HorizontalPodAutoscaler/web: at most 3 → 10']);
  });
});

describe('releases', () => {
  const of = (options: object, x = '1') => gke(layer('dev', [], { releases: [release('web', [configMap('a', { x })], options)] }));

  test('the version of a chart', () => {
    expect(told(of({}), of({ chart: { name: 'podinfo', version: '1.1.0' } }))).toEqual(['chart note release web: podinfo 1.0.0 → 1.1.0']);
  });

  test('another content under the same version', () => {
    expect(told(of({ values: { a: 1 } }), of({ values: { a: 1 } }, '2'))).toEqual([
      'chart note release web: podinfo 1.0.0 has other content under the same version',
    ]);
    expect(told(of({ values: { a: 1 } }), of({ values: { a: 2 } }, '2'))).toEqual([]);
  });

  test('one that neither side can render is a note where Git says the same of both, else what it becomes is not known', () => {
    const lost = { problem: errors.ChartNotCached({ chart: 'podinfo', url: 'https://charts.example.com' }), objects: [], chart: undefined };
    const same = of({ ...lost, written: 'a' });
    expect(told(same, same)[0]).toBe('problem note release web: cannot be rendered now as before, and nothing of it differs in Git');
    expect(told(same, of({ ...lost, written: 'b' }))[0]).toMatch(/^problem warning release web: cannot be rendered: podinfo of https:/);
  });

  test('one that cannot be rendered is said', () => {
    const problem = errors.ChartNotCached({ chart: 'podinfo', url: 'https://charts.example.com' });
    expect(told(of({}), of({ problem, objects: [], chart: undefined }))[0]).toMatch(
      /^problem danger release web: cannot be rendered: podinfo of https:/,
    );
  });
});

describe('budgets', () => {
  const withBudget = (budget: string, name = 'dev') => kustomization(name, {}, { [annotations.deletionBudget]: budget });

  test('more deletions than a layer makes by itself', () => {
    const maps = ['a', 'b', 'c'].map((name) => configMap(name, {}));
    const of = (budget: string, objects: KubeObject[]) => gke(sync(withBudget(budget)), layer('dev', objects));
    expect(told(of('2', maps), of('2', [])).filter((text) => text.startsWith('budget'))).toEqual([
      'budget warning Kustomization/dev: asks before it deletes 3 objects, 2 allowed',
    ]);
    expect(told(of('3', maps), of('3', [])).filter((text) => text.startsWith('budget'))).toEqual([]);
  });

  test('a layer that goes counts with all it has', () => {
    const before = gke(sync(withBudget('0', 'gke'), withBudget('5')), layer('dev', [configMap('a', {}), configMap('b', {})]));
    const after = gke(sync(withBudget('0', 'gke')));
    expect(told(before, after).filter((text) => text.startsWith('budget'))).toEqual([
      'budget warning Kustomization/gke: asks before it deletes 3 objects, 0 allowed',
    ]);
  });
});

test('an environment of another name is deleted and created anew', () => {
  const of = (name: string) => layer(name, [configMap(`web-${name}`, {}, { namespace: name }), configMap('settings', {}, { namespace: name })]);
  const found = told(gke(of('dev')), gke(of('development')));
  expect(found.filter((text) => text.startsWith('move'))).toEqual([
    'move danger : is dev under another name: all of dev is deleted, and created anew here',
  ]);
  expect(found.filter((text) => text.startsWith('deletion'))).toHaveLength(2);
  expect(
    told(gke(of('dev')), gke(layer('other', [configMap('unlike', {}, { namespace: 'other' })]))).filter((text) => text.startsWith('move')),
  ).toEqual([]);
});

test('what is suspended makes changes wait', () => {
  const of = (suspend: boolean, x: string) => gke(sync(kustomization('dev', { suspend })), layer('dev', [configMap('a', { x })]));
  expect(told(of(false, '1'), of(true, '2'))).toEqual([
    'suspended warning Kustomization/flux-system/dev: is suspended: nothing of it changes any more',
    'suspended warning : is suspended: its changes wait',
  ]);
});

test('the worst comes first', () => {
  const before = dev(deployment('web', 'a:1'), configMap('gone', {}), object('v1', 'PersistentVolumeClaim', 'gone'));
  const after = dev(deployment('web', 'a:2', { selector: {} }));
  expect(told(before, after).map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
    'deletion danger',
    'deletion warning',
    'immutable danger',
    'image note',
  ]);
});

function size(storage: string): object {
  return { spec: { resources: { requests: { storage } } } };
}
