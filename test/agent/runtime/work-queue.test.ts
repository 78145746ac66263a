import fc from 'fast-check';
import { Slots } from '../../../src/agent/runtime/slots';
import { WorkQueue } from '../../../src/agent/runtime/work-queue';
import { FakeTiming, settle } from './fake-timing';

const plainBackoff = { random: () => 0.5 };

/** A queue whose visits end when the test says so. */
function manual(size = 1) {
  const visits: { key: string; causes: string[]; end: () => void }[] = [];
  const timing = new FakeTiming();
  const slots = new Slots(size);
  const queue = new WorkQueue({
    slots,
    timing,
    backoff: plainBackoff,
    visit: (key, causes) => new Promise<void>((end) => visits.push({ key, causes: [...causes], end })),
  });
  queue.start();
  return { queue, visits, timing, slots, keys: () => visits.map((visit) => visit.key) };
}

test('what is asked for often while it waits is visited once, with all causes', async () => {
  const { queue, visits } = manual();
  queue.add('busy', 'x');
  queue.add('a', 'spec');
  queue.add('a', 'source');
  queue.add('a', 'spec');
  visits[0]!.end();
  await settle();
  expect(visits.slice(1)).toEqual([{ key: 'a', causes: ['spec', 'source'], end: expect.any(Function) }]);
});

test('what is asked for during its visit is visited again afterwards, not beside it', async () => {
  const { queue, visits, keys } = manual(4);
  queue.add('a', 'spec');
  queue.add('a', 'drift');
  await settle();
  expect(keys()).toEqual(['a']);
  visits[0]!.end();
  await settle();
  expect(visits.map((visit) => visit.causes)).toEqual([['spec'], ['drift']]);
});

test('nothing is visited before the start, and nothing after the stop', async () => {
  const seen: string[] = [];
  const queue = new WorkQueue({ slots: new Slots(1), visit: async (key) => void seen.push(key) });
  queue.add('a', 'x');
  await settle();
  expect(seen).toEqual([]);
  queue.start();
  expect(seen).toEqual(['a']);
  queue.stop();
  queue.add('b', 'x');
  await settle();
  expect(seen).toEqual(['a']);
});

test('a plan is replaced by a later one and cancelled by a visit', async () => {
  const { queue, visits, timing, keys } = manual();
  queue.addAfter('a', 1000, 'interval');
  queue.addAfter('a', 5000, 'interval');
  await timing.advance(4000);
  expect(keys()).toEqual([]);
  queue.add('a', 'spec');
  visits[0]!.end();
  await timing.advance(10_000);
  expect(keys()).toEqual(['a']);
});

test('failures in a row are tried at growing distances, until one succeeds', () => {
  const { queue } = manual();
  expect([1, 2, 3, 4].map(() => queue.retry('a'))).toEqual([1000, 2000, 4000, 8000]);
  for (let more = 0; more < 40; more++) queue.retry('a');
  expect(queue.retry('a')).toBe(120_000);
  queue.succeeded('a');
  expect(queue.retry('a')).toBe(1000);
});

test('a visit that waits leaves its slot to others, and comes back before new ones', async () => {
  const { queue, visits, slots, keys } = manual();
  let arrive: () => void = () => {};
  queue.add('waits', 'x');
  const back: string[] = [];
  const idle = slots.idle(new Promise<void>((resolve) => (arrive = resolve))).then(() => back.push('back'));
  queue.add('other', 'x');
  queue.add('third', 'x');
  await settle();
  expect(keys()).toEqual(['waits', 'other']);
  arrive();
  await settle();
  expect(back).toEqual([]);
  visits[1]!.end();
  await idle;
  expect([back, keys()]).toEqual([['back'], ['waits', 'other']]);
  visits[0]!.end();
  await settle();
  expect(keys()).toEqual(['waits', 'other', 'third']);
});

test('law: bounded, never two visits of a key at once, and everything asked for is visited after it was asked for', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), nth: fc.nat(3) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 50 }), async (size, steps) => {
      let clock = 0;
      let overlaps = false;
      const asked = new Map<string, number>();
      const begun = new Map<string, number>();
      const running = new Map<string, () => void>();
      const queue = new WorkQueue({
        slots: new Slots(size),
        visit: (key) => {
          overlaps ||= running.has(key);
          begun.set(key, ++clock);
          return new Promise<void>((end) => running.set(key, end)).then(() => void running.delete(key));
        },
      });
      queue.start();
      const end = async (nth: number) => {
        const all = [...running.values()];
        all[nth % Math.max(1, all.length)]?.();
        await settle();
      };
      for (const one of steps) {
        if (one.do === 'end') await end(one.nth);
        else {
          asked.set(one.key, ++clock);
          queue.add(one.key, 'x');
        }
        expect([overlaps, running.size <= size]).toEqual([false, true]);
      }
      while (running.size > 0) await end(0);
      for (const [key, at] of asked) expect(begun.get(key)).toBeGreaterThan(at);
    }),
    { numRuns: 60 },
  );
});
