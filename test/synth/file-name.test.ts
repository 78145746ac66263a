import fc from 'fast-check';
import { filePath } from '../../src/synth/file-name';

const placement = { cluster: 'gke', layer: 'dev' };
const path = (kind: string, name: string, { group = '', namespace = 'ns' } = {}) => filePath(placement, { group, kind, namespace, name });

test.each([
  ['ConfigMap', 'a', {}, 'gke/dev/ns/configmap-a.yaml'],
  ['Deployment', 'a.b-c', { group: 'apps' }, 'gke/dev/ns/deployment.apps-a.b-c.yaml'],
  [
    'ClusterRole',
    'system:reader',
    { group: 'rbac.authorization.k8s.io', namespace: '' },
    'gke/dev/_cluster/clusterrole.rbac.authorization.k8s.io-system%3areader.yaml',
  ],
  ['ConfigMap', 'Upper_Case', {}, 'gke/dev/ns/configmap-%55pper%5f%43ase.yaml'],
  ['ConfigMap', 'ü/..', {}, 'gke/dev/ns/configmap-%c3%bc%2f...yaml'],
  ['ConfigMap', 'a', { namespace: '..' }, 'gke/dev/%2e./configmap-a.yaml'],
  ['ConfigMap', 'a', { namespace: '_cluster' }, 'gke/dev/%5fcluster/configmap-a.yaml'],
])('%s %s %j', (kind, name, rest, expected) => expect(path(kind, name, rest)).toBe(expected));

test('reserved layers keep their underscore', () => {
  expect(filePath({ cluster: 'gke', layer: '_sync' }, { group: '', kind: 'A', namespace: 'ns', name: 'a' })).toBe('gke/_sync/ns/a-a.yaml');
  expect(filePath({ cluster: '..', layer: '_mine' }, { group: '', kind: 'A', namespace: 'ns', name: 'a' })).toBe('%2e./%5fmine/ns/a-a.yaml');
});

test('a path has four safe parts of at most 200 bytes, whatever it is made from', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(text, text, text, text, fc.string(), (cluster, layer, namespace, name, group) => {
      const parts = filePath({ cluster, layer }, { group, kind: 'Kind', namespace, name }).split('/');
      expect(parts).toHaveLength(4);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(200);
        expect(part).toMatch(/^[a-z0-9%_-][a-z0-9.%_-]*$/);
      }
    }),
  );
});

test('names that differ have files that differ, beyond 200 bytes too', () => {
  const long = 'x'.repeat(250);
  expect(path('ConfigMap', `${long}a`)).not.toBe(path('ConfigMap', `${long}b`));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 260 }), fc.string({ unit: 'binary', maxLength: 260 }), (a, b) => {
      expect(path('ConfigMap', a) === path('ConfigMap', b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
    }),
  );
});
