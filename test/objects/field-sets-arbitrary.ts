import fc from 'fast-check';
import type { FieldSet } from '../../src/objects/field-sets';

const step = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'k:{"name":"y"}', 'v:"z"', 'i:0');
const below: fc.Arbitrary<FieldSet> = fc.letrec<{ set: FieldSet }>((tie) => ({
  set: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constant({}),
    fc
      .tuple(fc.boolean(), fc.dictionary(step, tie('set'), { minKeys: 1, maxKeys: 3 }))
      .map(([member, steps]) => (member ? { '.': {}, ...steps } : steps)),
  ),
})).set;

/** Sets of fields as the API server writes them. */
export const fieldSets = (): fc.Arbitrary<FieldSet> => fc.dictionary(step, below, { maxKeys: 4 });
