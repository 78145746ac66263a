import fc from 'fast-check';
import { RE2JS } from 're2js';
import { globToRegexp, matchesGlob } from '../../src/images/glob';

// As ryanuber/go-glob has it.
test.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['test', 'test', true],
  ['test', 'tests', false],
  ['*test', 'this is a test', true],
  ['test*', 'test this', true],
  ['*is*a*', 'this is a test', true],
  ['this*test', 'this is a test', true],
  ['**test**', 'a test here', true],
  ['*this*x', 'this is a test', false],
  ['a*ab', 'ab', false],
  ['a*aa*a', 'aaa', false],
  ['v?.+', 'v1.0', false],
  ['[ab]', 'a', false],
])('%j and %j: %s', (glob, tag, expected) => expect(matchesGlob(glob, tag)).toBe(expected));

test('the regular expression of a glob matches the same tags', () => {
  const characters = fc.constantFrom('a', 'b', '.', '-', '*', '+', '$', '(', '[', '\\', '|');
  const text = fc.string({ unit: characters, maxLength: 6 });
  fc.assert(
    fc.property(text, text, (glob, tag) => expect(RE2JS.compile(globToRegexp(glob)).test(tag)).toBe(matchesGlob(glob, tag))),
    { numRuns: 2000 },
  );
});
