import fc from 'fast-check';
import { type Owned, own, ownershipHash, parseOwnership, printOwnership } from '../../src/synth/ownership';
import { Marked, printYaml } from '../../src/synth/yaml';
import { runs } from '../support/runs';
import { keys, objects, texts } from './values';

const marker = '{"$imagepolicy": "flux-system:podinfo:tag"}';

const values = fc.stringMatching(/^(?:|\w[\w.+-]{0,20}|[a-z.]+(?:\/[a-z]+){1,2}:\w[\w.-]{0,9}(?:@sha256:[0-9a-f]{64})?)$/);

test('what is printed is read back', () => {
  const path = fc.stringMatching(/^[a-z0-9][a-z0-9/%-]{0,20}$/);
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(path, hash)), (lines) => {
      const owned: Owned = new Map();
      for (const [where, what] of lines) own(owned, where, what);
      const text = printOwnership(owned);
      expect(parseOwnership('owned.txt', text)).toEqual(owned);
      expect(text.split('\n').filter(Boolean)).toEqual([...new Set(lines.map(([where, what]) => `${what} ${where}`))].sort(byPath));
    }),
  );
});

function byPath(a: string, b: string): number {
  const [left, right] = [a, b].map((line) => `${line.slice(65)} ${line.slice(0, 64)}`);
  return left < right ? -1 : 1;
}

test('the hash is the same whatever a marked scalar is set to, wherever it stands', () => {
  fc.assert(
    fc.property(objects(), keys(), fc.oneof(values, texts()), fc.oneof(values, texts()), (rest, key, one, other) => {
      const hash = (text: string) => {
        const marked = new Marked(text, marker);
        return ownershipHash(
          printYaml({ ...rest, [key]: marked, list: [marked, [marked, [marked]], { [key]: marked, deep: { [key]: [{ [key]: marked }] } }] }),
        );
      };
      expect(hash(one)).toBe(hash(other));
    }),
    { numRuns: runs(500) },
  );
});

test('the hash is the same after a machine wrote the scalar without quotes', () => {
  expect(ownershipHash(`tag: dev-1 # ${marker}\n`)).toBe(ownershipHash(`tag: "dev-2" # ${marker}\n`));
});

test.each([
  ['another scalar', 'a: "1"\n', 'a: "2"\n'],
  ['the key of a marked scalar', `a: "1" # ${marker}\n`, `b: "1" # ${marker}\n`],
  ['the marker', `a: "1" # ${marker}\n`, 'a: "1" # {"$imagepolicy": "other"}\n'],
  ['a comment that is no marker', 'a: "1" # note\n', 'a: "2" # note\n'],
])('the hash tells a change of %s', (_, before, after) => expect(ownershipHash(before)).not.toBe(ownershipHash(after)));
