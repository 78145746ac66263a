import { digestOf, isDigest } from '../../src/common/digest';

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('a content has one digest, as text or bytes', () => {
  expect(digestOf('')).toBe(EMPTY);
  expect(digestOf(Buffer.from('ä'))).toBe(digestOf('ä'));
  expect(digestOf('', 'sha512')).toMatch(/^sha512:cf83e1357eefb8bd[0-9a-f]{112}$/);
});

test.each([
  [EMPTY, true],
  [EMPTY.toUpperCase(), false],
  [`${EMPTY}0`, false],
  [`x${EMPTY}`, false],
  [`${EMPTY}\n`, false],
  ['sha256:', false],
])('%j is a digest: %s', (text, expected) => expect(isDigest(text)).toBe(expected));
