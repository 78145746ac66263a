import fc from 'fast-check';
import type { ObjectId } from '../../src/model/object';
import { type Deletion, expand, isProtected, judgeDeletions } from '../../src/objects/deletion-budget';
import { objectIds } from './object-ids';

const configMap = (name: string): Deletion => ({ id: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name } });
const many = (count: number) => Array.from({ length: count }, (_, index) => configMap(`c${index}`));
const namespaceId: ObjectId = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'dev' };

test('without a budget everything may go, as in Flux', () => {
  expect(judgeDeletions({ deletions: [{ id: namespaceId }, ...many(100)] })).toEqual({ allowed: true, count: 101 });
});

test('within the budget is allowed, one more is not', () => {
  expect(judgeDeletions({ deletions: many(3), budget: 3 })).toEqual({ allowed: true, count: 3 });
  expect(judgeDeletions({ deletions: many(4), budget: 3 })).toMatchObject({ allowed: false, count: 4 });
});

test('nothing to delete is within any budget', () => {
  expect(judgeDeletions({ deletions: [], budget: 0 })).toEqual({ allowed: true, count: 0 });
});

test('what a deletion leads to counts, once, however deep and whoever leads to it', () => {
  const release: Deletion = { ...configMap('release'), leadsTo: [...many(2), { ...configMap('inner'), leadsTo: many(3) }] };
  expect(judgeDeletions({ deletions: [release], budget: 4 })).toMatchObject({ allowed: false, count: 5 });
  expect(judgeDeletions({ deletions: [release], budget: 5 })).toEqual({ allowed: true, count: 5 });
});

test('deletions that lead to each other end', () => {
  const a = { ...configMap('a'), leadsTo: [] as Deletion[] };
  a.leadsTo.push({ ...configMap('b'), leadsTo: [a] });
  expect(expand([a])).toHaveLength(2);
});

test.each([
  [namespaceId, 'Namespace/dev'],
  [
    { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '', name: 'widgets.example' },
    'CustomResourceDefinition/widgets.example',
  ],
])('%j takes more with it than any budget allows', (id, name) => {
  const verdict = judgeDeletions({ deletions: [{ id }], budget: 1000 });
  expect(verdict).toMatchObject({ allowed: false, count: 1, plan: `deletes 1 object, 1000 allowed\neverything inside goes with: ${name}\n${name}` });
});

test('a confirmation allows exactly the list it was given for', () => {
  const refused = judgeDeletions({ deletions: many(3), budget: 1 });
  if (refused.allowed) throw new Error('it must be refused');
  expect(refused.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(judgeDeletions({ deletions: many(3).reverse(), budget: 1, confirmed: refused.digest })).toEqual({ allowed: true, count: 3 });
  expect(judgeDeletions({ deletions: many(4), budget: 1, confirmed: refused.digest })).toMatchObject({ allowed: false });
  expect(judgeDeletions({ deletions: many(2), budget: 1, confirmed: refused.digest })).toMatchObject({ allowed: false });
});

test('the plan is sorted, short enough for a condition, and says how many it leaves out', () => {
  const verdict = judgeDeletions({ deletions: many(500), budget: 1 });
  if (verdict.allowed) throw new Error('it must be refused');
  const lines = verdict.plan.split('\n');
  const names = lines.slice(1, -1);
  expect(lines[0]).toBe('deletes 500 objects, 1 allowed');
  expect(names).toEqual([...names].sort());
  expect(lines.at(-1)).toBe(`and ${500 - names.length} more`);
  expect(verdict.plan.length).toBeLessThanOrEqual(2000);
});

test('the verdict does not depend on the order of deletions', () => {
  fc.assert(
    fc.property(fc.array(objectIds()), fc.nat(20), (ids, budget) => {
      const deletions = ids.map((id) => ({ id }));
      expect(judgeDeletions({ deletions, budget })).toEqual(judgeDeletions({ deletions: [...deletions].reverse(), budget }));
    }),
  );
});

test.each(['kube-system', 'kube-public', 'kube-node-lease', 'default', 'flux-system'])('namespace %s is never deleted', (name) => {
  expect(isProtected({ ...namespaceId, name }, 'flux-system')).toBe(true);
});

test('other namespaces, and other kinds of those names, may be', () => {
  expect(isProtected(namespaceId, 'flux-system')).toBe(false);
  expect(isProtected({ ...namespaceId, kind: 'ConfigMap', name: 'default' }, 'flux-system')).toBe(false);
});
