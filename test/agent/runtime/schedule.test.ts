import fc from 'fast-check';
import { Schedule } from '../../../src/agent/runtime/schedule';
import { FakeTiming } from './fake-timing';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, ms: fc.nat(1000) }),
  fc.record({ do: fc.constant('cancel' as const), key }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.nat(500) }),
);

test('every key comes up once, at the last time set for it, in the order of times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const timing = new FakeTiming();
      const fired: [string, number][] = [];
      const schedule = new Schedule((due) => fired.push([due, timing.now()]), timing);
      const wanted = new Map<string, number>();
      const expected: [string, number][] = [];
      const expectUntil = (end: number) => {
        const due = [...wanted].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b);
        for (const [name] of due) wanted.delete(name);
        expected.push(...due);
      };
      for (const one of [...steps, { do: 'advance' as const, ms: 2000 }]) {
        if (one.do === 'set') {
          schedule.set(one.key, one.ms);
          wanted.set(one.key, timing.now() + one.ms);
        } else if (one.do === 'cancel') {
          schedule.cancel(one.key);
          wanted.delete(one.key);
        } else {
          expectUntil(timing.now() + one.ms);
          await timing.advance(one.ms);
        }
        expect(schedule.size).toBe(wanted.size);
      }
      const byTime = (all: [string, number][]) => all.map(([name, at]) => `${at} ${name}`).sort();
      expect(byTime(fired)).toEqual(byTime(expected));
      expect(fired.map(([, at]) => at)).toEqual(fired.map(([, at]) => at).sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});

test('a time beyond what a timer can hold comes up then, not at once', async () => {
  const timing = new FakeTiming();
  const fired: string[] = [];
  new Schedule((due) => fired.push(due), timing).set('a', 2 ** 31 + 1000);
  await timing.advance(2 ** 31);
  expect(fired).toEqual([]);
  await timing.advance(1000);
  expect(fired).toEqual(['a']);
});
