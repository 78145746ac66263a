import { Slots } from '../../../src/agent/runtime/slots';

test('so many run at once and no more, and results keep their order', async () => {
  let running = 0;
  let most = 0;
  const results = await new Slots(3).all([5, 4, 3, 2, 1, 0], async (turns) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < turns; turn++) await null;
    running -= 1;
    return turns;
  });
  expect([results, most]).toEqual([[5, 4, 3, 2, 1, 0], 3]);
});

test('work that fails gives its slot back', async () => {
  const slots = new Slots(1);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots.run(async () => 'next')).toBe('next');
});
