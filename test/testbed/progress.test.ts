import { spoken } from '../../src/testbed/progress';

test.each([
  [400, '0 s'],
  [48_400, '48 s'],
  [59_600, '1 min 0 s'],
  [186_000, '3 min 6 s'],
])('%d ms is %s', (ms, text) => {
  expect(spoken(ms)).toBe(text);
});
