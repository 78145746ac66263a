import * as fc from 'fast-check';

const leaves = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const keys = fc.constantFrom('a', 'b', 'c', 'image', '__proto__', 'x/y~z');
const { map } = fc.letrec((tie) => ({
  map: fc.dictionary(keys, tie('value') as fc.Arbitrary<unknown>, { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ depthSize: 'small' }, leaves, fc.array(leaves, { maxLength: 3 }), tie('map')),
}));

/** Values of a chart, with few keys so that layers of them meet. */
export const values = map as fc.Arbitrary<{ [key: string]: unknown }>;
