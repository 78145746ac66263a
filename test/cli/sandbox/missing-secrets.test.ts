import { missingSecrets } from '../../../src/cli/sandbox/missing-secrets';
import type { KubeObject } from '../../../src/model/object';

const deployment = (pod: object, namespace = 'dev'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: { template: { spec: pod } },
});
const secret = (name: string, namespace = 'dev'): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
const missing = (...objects: KubeObject[]) =>
  missingSecrets(objects).map(({ metadata, type, stringData }) => [`${metadata.namespace}/${metadata.name}`, type, stringData]);

test.each([
  [
    'a variable',
    { containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'a' } } }] }] },
    [['dev/s', undefined, { a: 'placeholder' }]],
  ],
  ['all variables', { containers: [{ envFrom: [{ secretRef: { name: 's' } }] }] }, [['dev/s', undefined, {}]]],
  ['a volume', { volumes: [{ secret: { secretName: 's', items: [{ key: 'a', path: 'b' }] } }] }, [['dev/s', undefined, { a: 'placeholder' }]]],
  ['a projected volume', { volumes: [{ projected: { sources: [{ secret: { name: 's' } }] } }] }, [['dev/s', undefined, {}]]],
  ['pulling images', { imagePullSecrets: [{ name: 's' }] }, [['dev/s', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }]]],
  ['nothing that it may lack', { containers: [{ envFrom: [{ secretRef: { name: 's', optional: true } }] }] }, []],
])('a Pod uses one for %s', (_, pod, expected) => expect(missing(deployment(pod))).toEqual(expected));

test('keys that several ask for are in one Secret, and what is there or in another namespace is not missed', () => {
  const uses = (name: string, key: string) => ({ containers: [{ env: [{ valueFrom: { secretKeyRef: { name, key } } }] }] });
  const objects = [deployment(uses('s', 'a')), deployment(uses('s', 'b')), deployment(uses('t', 'a')), secret('t'), secret('s', 'prod')];
  expect(missing(...objects)).toEqual([['dev/s', undefined, { a: 'placeholder', b: 'placeholder' }]]);
});

test('a release uses those of its values, which are YAML', () => {
  const valuesFrom = [
    { kind: 'Secret', name: 'whole' },
    { kind: 'Secret', name: 'part', valuesKey: 'token' },
    { kind: 'ConfigMap', name: 'open' },
  ];
  const release = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'web', namespace: 'dev' }, spec: { valuesFrom } };
  expect(missing(release)).toEqual([
    ['dev/whole', undefined, { 'values.yaml': '{}' }],
    ['dev/part', undefined, { token: 'placeholder' }],
  ]);
});
