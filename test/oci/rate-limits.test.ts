import { parseRetryAfter, RateLimits, retryAfterMsOf } from '../../src/oci/rate-limits';

const NOW = Date.parse('2024-03-01T10:00:00Z');

test.each([
  ['5', 5000],
  [' 0 ', 0],
  ['999999999', 24 * 3600_000],
  ['Fri, 01 Mar 2024 10:01:00 GMT', 60_000],
  ['Fri, 01 Mar 2024 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', 0],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, expected) => expect(parseRetryAfter(header, NOW)).toBe(expected));

test('refusals in a row without a time wait longer and longer, and an answer ends that', async () => {
  let now = NOW;
  const limits = new RateLimits(0, () => now);
  const wait = async () => retryAfterMsOf(await limits.pass('ghcr.io').catch((error) => error));
  const waits: unknown[] = [];
  for (let round = 0; round < 8; round++) {
    limits.refused('ghcr.io', undefined);
    waits.push(await wait());
    now += 10 * 60_000;
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1000));
  limits.answered('ghcr.io');
  limits.refused('ghcr.io', undefined);
  expect(await wait()).toBe(5000);
});

test('many requests that are refused at once are one refusal', async () => {
  const limits = new RateLimits(0, () => NOW);
  for (let count = 0; count < 50; count++) limits.refused('ghcr.io', undefined);
  const error = await limits.pass('ghcr.io').catch((it) => it);
  expect(retryAfterMsOf(error)).toBe(5000);
});

test('an answer that was under way does not end a wait, and a shorter wait does not shorten a longer one', async () => {
  const limits = new RateLimits(0, () => NOW);
  limits.refused('ghcr.io', '60');
  limits.refused('ghcr.io', '5');
  limits.answered('ghcr.io');
  expect(retryAfterMsOf(await limits.pass('ghcr.io').catch((it) => it))).toBe(60_000);
});

test('other hosts do not wait', async () => {
  const limits = new RateLimits(0, () => NOW);
  limits.refused('ghcr.io', '60');
  await limits.pass('quay.io');
});
