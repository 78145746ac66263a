import fc from 'fast-check';
import type { ObjectId } from '../../src/model/object';
import { byApplyOrder, kindRuns, rankGroups, stageOf } from '../../src/objects/apply-order';
import { objectIds } from './object-ids';

const id = (kind: string, name = 'a', group = '', namespace = ''): ObjectId => ({ group, version: 'v1', kind, namespace, name });

test("objects sort by Flux's order of kinds, then group, kind, namespace and name", () => {
  const sorted = [
    id('CustomResourceDefinition', 'a', 'apiextensions.k8s.io'),
    id('Namespace'),
    id('ServiceAccount', 'a', '', 'dev'),
    id('ConfigMap', 'a', '', 'dev'),
    id('ConfigMap', 'b', '', 'dev'),
    id('ConfigMap', 'a', '', 'prod'),
    id('Deployment', 'a', 'apps', 'dev'),
    id('Widget', 'a', 'a.example'),
    id('Ingress', 'a', 'networking.k8s.io', 'dev'),
    id('Widget', 'a', 'z.example'),
    id('MutatingWebhookConfiguration'),
    id('ValidatingWebhookConfiguration'),
  ];
  expect([...sorted].reverse().sort(byApplyOrder)).toEqual(sorted);
});

test.each([
  [id('CustomResourceDefinition', 'a', 'apiextensions.k8s.io'), 0],
  [id('Namespace'), 0],
  [id('ClusterRole', 'a', 'rbac.authorization.k8s.io'), 0],
  [id('ClusterRole', 'a', 'other.example'), 2],
  [id('Namespace', 'a', 'other.example'), 2],
  [id('StorageClass', 'a', 'storage.k8s.io'), 1],
  [id('Deployment', 'a', 'apps'), 2],
])('%j is of stage %d', (object, stage) => {
  expect(stageOf(object)).toBe(stage);
});

test('groups of a rank hold every object once and never come before a lower rank', () => {
  fc.assert(
    fc.property(fc.array(objectIds()), (objects) => {
      expect(rankGroups(objects).flat()).toEqual([...objects].sort(byApplyOrder));
    }),
  );
});

test('runs of a kind keep the order given', () => {
  const [a, b, c] = [id('Service', 'a'), id('Service', 'b'), id('Service', 'c')];
  const other = id('Deployment', 'd', 'apps');
  expect(kindRuns([b, a, other, c])).toEqual([[b, a], [other], [c]]);
});
