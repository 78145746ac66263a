import { timestamp } from '../../src/common/timestamp';

test('a time is told in UTC, to the second', () => {
  expect(timestamp(new Date('2026-11-21T10:00:00.999+02:00'))).toBe('2026-11-21T08:00:00Z');
});
