import fc from 'fast-check';
import { mergeDiff } from '../../../src/agent/runtime/merge-diff';

type Tree = Record<string, unknown>;

/** RFC 7396, section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Tree = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...(target as Tree) } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const { tree } = fc.letrec<{ tree: Tree; value: unknown }>((tie) => ({
  tree: fc.dictionary(name, tie('value'), { noNullPrototype: true }) as fc.Arbitrary<Tree>,
  value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 2 }), tie('tree')),
}));

test('law: the patch makes the one of the other, and there is none between equals', () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const patch = mergeDiff(before, after);
      expect(mergePatch(before, patch ?? {})).toEqual(after);
      expect(mergeDiff(after, after)).toBeUndefined();
      if (patch === undefined) expect(before).toEqual(after);
    }),
  );
});

test('it names only what changes', () => {
  expect(mergeDiff({ a: 1, b: { c: 1, d: [1, 2] }, e: 5 }, { a: 1, b: { c: 2, d: [1, 2] } })).toEqual({ b: { c: 2 }, e: null });
});
