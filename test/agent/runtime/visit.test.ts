import { Slots } from '../../../src/agent/runtime/slots';
import type { Reconciled } from '../../../src/agent/runtime/types';
import { Visit } from '../../../src/agent/runtime/visit';

const object = { apiVersion: 'v1', kind: 'Test', metadata: { name: 'a' }, spec: {} } as Reconciled;

test('waits that overlap are one pause of the record, which goes on when the last is over', async () => {
  const slots = new Slots(1);
  const visit = new Visit(slots);
  const told: string[] = [];
  const entry = { pause: () => told.push('pause'), resume: async () => void told.push('resume'), end: () => {} };
  slots.tryTake();
  await visit.begin(object, { enter: async () => entry } as never);

  const ends: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => ends.push(resolve));
  const [first, second] = [visit.idle(wait()), visit.idle(wait())];
  expect(told).toEqual(['pause']);
  ends[0]();
  await first;
  expect(told).toEqual(['pause']);
  slots.release();
  ends[1]();
  await second;
  expect(told).toEqual(['pause', 'resume']);
});
