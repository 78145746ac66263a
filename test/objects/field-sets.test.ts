import fc from 'fast-check';
import { type FieldSet, leavesOf, unionFields } from '../../src/objects/field-sets';
import { fieldSets } from './field-sets-arbitrary';

const sorted = (set: FieldSet): FieldSet =>
  Object.fromEntries(
    Object.keys(set)
      .sort()
      .map((step) => [step, sorted(set[step] as FieldSet)]),
  );

test.each<[FieldSet, FieldSet, FieldSet]>([
  [{}, { 'f:a': {} }, { 'f:a': {} }],
  [{ 'f:a': {} }, { 'f:b': {} }, { 'f:a': {}, 'f:b': {} }],
  [{ 'f:a': {} }, { 'f:a': { 'f:b': {} } }, { 'f:a': { '.': {}, 'f:b': {} } }],
  [{ 'f:a': { 'f:b': {} } }, { 'f:a': { 'f:c': {} } }, { 'f:a': { 'f:b': {}, 'f:c': {} } }],
  [{ 'f:a': { '.': {}, 'k:{"name":"x"}': {} } }, { 'f:a': { 'v:"y"': {} } }, { 'f:a': { '.': {}, 'k:{"name":"x"}': {}, 'v:"y"': {} } }],
])('%j and %j are %j', (a, b, union) => {
  expect(sorted(unionFields(a, b))).toEqual(sorted(union));
});

test('a union is the same in either order and with itself, and has the leaves of both', () => {
  fc.assert(
    fc.property(fieldSets(), fieldSets(), (a, b) => {
      const union = unionFields(a, b);
      expect(sorted(union)).toEqual(sorted(unionFields(b, a)));
      expect(sorted(unionFields(a, a))).toEqual(sorted(a));
      const leaves = leavesOf(union);
      for (const leaf of [...leavesOf(a), ...leavesOf(b)]) expect(leaves.some((other) => other === leaf || other.startsWith(`${leaf} `))).toBe(true);
    }),
  );
});

test('leaves are the fields that hold no others', () => {
  expect(leavesOf({ 'f:a': { '.': {}, 'f:b': {}, 'k:{"n":1}': { 'f:c': {} } }, 'f:d': { '.': {} } })).toEqual([
    'f:a f:b',
    'f:a k:{"n":1} f:c',
    'f:d',
  ]);
});
