import { dedupe, type EventLine, eventLine, eventsOf } from '../../../src/cli/events/event-lines';

const OF = { kind: 'Pod', namespace: 'dev', name: 'podinfo-7fff6479ff-8p7sj' };
const line = (given: Partial<EventLine>): EventLine => ({
  at: '2026-01-01T00:00:00Z',
  type: 'Normal',
  reason: 'Pulled',
  of: OF,
  message: 'pulled',
  count: 1,
  from: 'kubelet',
  ...given,
});

test('the same words of an object are one line, counted, at the time they were said last', () => {
  const lines = [
    line({ at: '2026-01-01T00:00:05Z' }),
    line({ at: '2026-01-01T00:00:01Z', count: 3 }),
    line({ reason: 'Started', at: '2026-01-01T00:00:02Z' }),
  ];
  expect(dedupe(lines)).toEqual([line({ reason: 'Started', at: '2026-01-01T00:00:02Z' }), line({ at: '2026-01-01T00:00:05Z', count: 4 })]);
});

test('events of Pods that are gone are known by the names that workloads give', () => {
  const deployment = { kind: 'Deployment', namespace: 'dev', name: 'podinfo' };
  const names = (refs: Parameters<typeof eventsOf>[1], ...of: readonly string[]) =>
    eventsOf(
      of.map((name) => line({ of: { ...OF, name } })),
      refs,
    ).length;
  expect(names([deployment], OF.name)).toBe(1);
  expect(names([deployment], 'podinfo-cache-7fff6479ff-8p7sj', 'podinf-7fff6479ff-8p7sj')).toBe(0);
  expect(names([{ ...deployment, kind: 'StatefulSet', name: 'db' }], 'db-0', 'db-main-0')).toBe(1);
  expect(eventsOf([line({})], [{ ...OF, namespace: 'prod' }])).toEqual([]);
});

test.each([
  [{ lastTimestamp: '2026-01-01T00:00:03Z', count: 2 }, '2026-01-01T00:00:03Z', 2],
  [{ lastTimestamp: null, eventTime: '2026-01-01T00:00:04.000001Z' }, '2026-01-01T00:00:04.000001Z', 1],
  [{ series: { count: 7, lastObservedTime: '2026-01-01T00:00:06Z' }, eventTime: '2026-01-01T00:00:04Z' }, '2026-01-01T00:00:06Z', 7],
])('old and new kinds of events have a time and a count', (given, at, count) => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'x', namespace: 'dev' },
    involvedObject: OF,
    reason: 'Pulled',
    message: ' pulled\n',
    ...given,
  };
  expect(eventLine(event)).toMatchObject({ at, count, of: OF, message: 'pulled', type: 'Normal' });
});
