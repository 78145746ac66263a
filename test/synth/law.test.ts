import fc from 'fast-check';
import { policiesIn } from '../../src/model/edit-markers';
import { quote } from '../../src/model/yaml-quote';
import { hasToken } from '../../src/synth/tokens';
import { runs } from '../support/runs';
import { automated, differences, editLocks, Law, lawCases, locksIn, type Tree, useLaw } from './law-cases';

const { seed, root } = useLaw();

test('editing what was synthesized gives what synthesizing the edited locks gives, byte for byte over the whole tree', () => {
  const edits = { files: 0 };
  fc.assert(
    fc.property(lawCases(), (law) => {
      const program = new Law(law, root());
      const { tree, derived } = program.synth(program.locks);
      const refs = program.refs((policy) => !derived.has(policy));
      const edited = automated(tree, refs);
      expect(differences(edited, program.synthAgain(editLocks(locksIn(tree), refs)).tree)).toEqual({});

      const changed = Object.keys(differences(tree, edited));
      expect(changed.filter((path) => path.startsWith('.fairlead/'))).toEqual([]);
      expect([...tree.values(), ...edited.values()].filter(hasToken)).toEqual([]);
      edits.files += changed.length;
    }),
    { numRuns: runs(1000), seed },
  );
  // Generators that never change anything would prove nothing.
  expect(edits.files).toBeGreaterThan(runs(1000));
}, 400_000);

test('the edit of a version that is computed with touches the lock alone, and the synth after it nothing but what is made of it', () => {
  const seen = { derived: 0 };
  fc.assert(
    fc.property(lawCases(), (law) => {
      const program = new Law(law, root());
      const { tree, derived } = program.synth(program.locksOf((_, index) => ({ tag: `tag.1.${index}` })));
      for (const policy of derived) expect(marked(tree, policy).filter((path) => !path.startsWith('locks/'))).toEqual([]);

      const refs = program.refsOf((policy, index) => (derived.has(policy) ? { tag: `tag.2.${index}` } : undefined));
      const edited = automated(tree, refs, { locksOnly: true });
      expect(edited).toEqual(automated(tree, refs));
      expect(Object.keys(differences(tree, edited)).filter((path) => !path.startsWith('locks/'))).toEqual([]);

      const after = program.synthAgain(locksIn(edited)).tree;
      expect(differences(locksIn(after), locksIn(edited))).toEqual({});
      expect(differences(withoutOwnership(tree), asBefore(withoutOwnership(after)))).toEqual({});
      seen.derived += derived.size;
    }),
    { numRuns: runs(300), seed },
  );
  expect(seen.derived).toBeGreaterThan(runs(5));
}, 400_000);

/** Files with a marker of the policy. */
function marked(tree: Tree, policy: string): string[] {
  return [...tree].filter(([, text]) => policiesIn(text).includes(policy)).map(([path]) => path);
}

function withoutOwnership(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => !path.startsWith('.fairlead/')));
}

// What begins with a byte order mark is printed in escapes alone.
const SPELLINGS = [
  ['tag.2.', 'tag.1.'],
  [escaped('tag.2.'), escaped('tag.1.')],
] as const;

/** The tree with the first tags in place of the second. */
function asBefore(tree: Tree): Tree {
  return new Map([...tree].map(([path, text]) => [path, SPELLINGS.reduce((edited, [later, first]) => edited.replaceAll(later, first), text)]));
}

function escaped(text: string): string {
  return quote(`\ufeff${text}`).slice('"\\uFEFF'.length, -1);
}
