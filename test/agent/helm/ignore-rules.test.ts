import { isMeant, isWithin, withFields } from '../../../src/agent/helm/ignore-rules';
import { manifest } from '../apply/world';

const deployment = manifest({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'dev' } });
const labelled = { ...deployment, labels: { app: 'web' } };

test.each([
  ['no target', undefined, true],
  ['its kind', { kind: 'Deployment' }, true],
  ['another kind', { kind: 'Deploy' }, false],
  ['a pattern of names', { name: 'w.*' }, true],
  ['another group', { group: 'batch' }, false],
  ['its label', { labelSelector: 'app=web' }, true],
  ['another label', { labelSelector: 'app=web,tier' }, false],
  ['a label it has not', { labelSelector: 'app!=db,!tier' }, true],
])('a rule with %s: %s', (_, target, expected) => {
  expect(isMeant({ paths: ['/spec/replicas'], target }, labelled)).toBe(expected);
});

test('ignored fields are as they are in the cluster', () => {
  const wanted = { spec: { replicas: 1, list: [{ a: 1 }, { a: 2 }], 'a/b': 1 }, data: { x: 1 } };
  const live = { spec: { replicas: 5, list: [{ a: 1 }, { a: 7 }], 'a/b': 2 } };
  expect(withFields(wanted, live, ['/spec/replicas', '/spec/list/1/a', '/spec/a~1b', '/data/x', '/not/there'])).toEqual({
    spec: { replicas: 5, list: [{ a: 1 }, { a: 7 }], 'a/b': 2 },
    data: {},
  });
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }, true],
  [{ a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, true],
  [{ a: [1] }, { a: [1, 2] }, false],
  [{ a: null }, {}, true],
  [{ a: 1 }, { a: '1' }, false],
])('%j is within %j: %s', (wanted, live, expected) => {
  expect(isWithin(wanted, live)).toBe(expected);
});
