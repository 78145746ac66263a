import { formatDuration, parseDuration } from '../../src/common/go-duration';

test.each([
  ['30s', 30_000],
  ['1m', 60_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['300ms', 300],
  ['1m0.25s', 60_250],
  ['0', 0],
])('%s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '5', 'm', '1d', '-1s', undefined])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0s'],
  [80, '80ms'],
  [1000, '1s'],
  [2350, '2.35s'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
])('%d ms is written %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
