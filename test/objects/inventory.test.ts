import fc from 'fast-check';
import { keyOf, type ObjectId } from '../../src/model/object';
import { byApplyOrder } from '../../src/objects/apply-order';
import { decodeEntry, decodeInventory, difference, encodeEntry, encodeInventory, stale, union } from '../../src/objects/inventory';
import { objectIds } from './object-ids';

const id = (fields: Partial<ObjectId>): ObjectId => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: '', name: 'a', ...fields });
const keys = (ids: readonly ObjectId[]) => ids.map(keyOf);
const sets = () => fc.array(objectIds(), { maxLength: 12 });

test.each([
  [id({ group: 'apps', kind: 'Deployment', namespace: 'dev', name: 'podinfo' }), 'dev_podinfo_apps_Deployment'],
  [id({ kind: 'Namespace', name: 'dev' }), '_dev__Namespace'],
  [id({ group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node' }), '_system__node_rbac.authorization.k8s.io_ClusterRole'],
])('%j is written as Flux writes it', (object, text) => {
  expect(encodeEntry(object)).toEqual({ id: text, v: 'v1' });
  expect(decodeEntry({ id: text, v: 'v1' })).toEqual(object);
});

test.each(['', 'a', 'a_b', 'a_b_c'])('%j is no entry', (text) => {
  expect(decodeEntry({ id: text, v: 'v1' })).toBeUndefined();
});

test('no inventory is an empty one', () => {
  expect(decodeInventory(undefined)).toEqual([]);
});

test('what is encoded decodes to the same objects, once each, in apply order', () => {
  fc.assert(
    fc.property(sets(), (objects) => {
      const decoded = decodeInventory(encodeInventory(objects));
      expect(decoded).toEqual([...decoded].sort(byApplyOrder));
      expect(new Set(keys(decoded))).toEqual(new Set(keys(objects)));
      expect(decoded).toHaveLength(new Set(keys(objects)).size);
    }),
  );
});

test('a union holds both, whichever comes first, and nothing else', () => {
  fc.assert(
    fc.property(sets(), sets(), (a, b) => {
      expect(union(a, b)).toEqual(union(b, a));
      expect(new Set(keys(union(a, b)))).toEqual(new Set([...keys(a), ...keys(b)]));
    }),
  );
});

test('of an object in two versions the later set says which', () => {
  expect(union([id({ version: 'v1beta1' })], [id({ version: 'v1' })])).toEqual([id({ version: 'v1' })]);
});

test('what is stale and what is wanted make up all there was', () => {
  fc.assert(
    fc.property(sets(), sets(), (before, wanted) => {
      const gone = stale(before, wanted);
      expect(gone).toEqual(difference(before, wanted).reverse());
      expect(gone.some((object) => keys(wanted).includes(keyOf(object)))).toBe(false);
      expect(keys(union(gone, wanted))).toEqual(keys(union(before, wanted)));
    }),
  );
});

test('an object whose version changed is still wanted', () => {
  expect(stale([id({ version: 'v1beta1' })], [id({ version: 'v1' })])).toEqual([]);
});
