import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { isPlainString } from '../../src/model/plain-string';
import { runs } from '../support/runs';
import { NASTY_TAGS } from './locks-arbitrary';

test.each(['6.7.1', 'v1', 'dev-kb9', 'a:1', '1e5x', '2024-13-01', 'yEs', '0x', 'docker.io/a/b:1.10@sha256:ab', '08a', '_-507', '_1'])(
  '%s needs no quotes',
  (text) => expect(isPlainString(text)).toBe(true),
);

test.each([
  '1.10',
  '1e5',
  '1E-5',
  '0x1f',
  '012',
  '0o17',
  '0b1',
  '1_000',
  '1_0.5',
  '5.',
  'yes',
  'Off',
  'N',
  'null',
  'TRUE',
  '2024-1-5',
  '',
  '.5',
  '-1',
  'a: b',
  '~',
])('%j needs quotes', (text) => expect(isPlainString(text)).toBe(false));

test('what needs none is a string to every reader', () => {
  const text = fc.oneof(fc.constantFrom(...NASTY_TAGS), fc.stringMatching(/^[0-9a-fox_][0-9eEx_.:-]{0,6}$/), fc.stringMatching(/^[\w.:@/+-]{1,6}$/));
  // The yaml library alone takes `e0` for a number without a mantissa.
  const isReadWrongly = (plain: string) => /^[-+]?_*[eE][-+]?[\d_]/.test(plain);
  fc.assert(
    fc.property(
      text.filter((plain) => isPlainString(plain) && !isReadWrongly(plain)),
      (plain) => {
        expect([parse(plain), parse(plain, { version: '1.1' }), load(plain)]).toEqual([plain, plain, plain]);
      },
    ),
    { numRuns: runs(5000) },
  );
});
