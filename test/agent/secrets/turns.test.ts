import { Turns } from '../../../src/agent/secrets/turns';

test('one at a time, the lowest rank first, of one rank as they came', async () => {
  const turns = new Turns();
  const said: string[] = [];
  let running = 0;
  const work = (name: string) => async () => {
    expect(++running).toBe(1);
    await Promise.resolve();
    said.push(name);
    running--;
  };
  await Promise.all([
    turns.take(9, work('first in')),
    turns.take(5, work('late')),
    turns.take(1, work('early')),
    turns.take(5, work('later')),
    turns.take(1, work('early too')),
  ]);
  expect(said).toEqual(['first in', 'early', 'early too', 'late', 'later']);
});

test('who fails makes room for the next', async () => {
  const turns = new Turns();
  const failing = turns.take(1, () => Promise.reject(new Error('no')));
  const next = turns.take(2, async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect([await next, await turns.take(0, async () => 'again')]).toEqual(['done', 'again']);
});
