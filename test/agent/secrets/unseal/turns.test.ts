import { Turns } from '../../../../src/agent/secrets/unseal/turns';

let clock: number;
let turns: Turns;
let said: string[];
beforeEach(() => {
  clock = 0;
  turns = new Turns(() => clock);
  said = [];
});

/** Takes so long, by the clock that turns are counted by. */
const work =
  (name: string, ms = 1) =>
  async () => {
    const before = said.length;
    await Promise.resolve();
    expect(said).toHaveLength(before);
    clock += ms;
    said.push(name);
  };

test('one at a time, the lowest rank first, of one rank as they came', async () => {
  await Promise.all([
    turns.take('a', 9, work('first in')),
    turns.take('a', 5, work('late')),
    turns.take('a', 1, work('early')),
    turns.take('a', 5, work('later')),
    turns.take('a', 1, work('early too')),
  ]);
  expect(said).toEqual(['first in', 'early', 'early too', 'late', 'later']);
});

test('who fails makes room for the next', async () => {
  const failing = turns.take('a', 1, () => Promise.reject(new Error('no')));
  const next = turns.take('a', 2, async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect([await next, await turns.take('a', 0, async () => 'again')]).toEqual(['done', 'again']);
});

test('a share that takes long gets fewer turns, however many it waits for', async () => {
  const junk = Array.from({ length: 5 }, (_, at) => turns.take('tenant', at, work('junk', 100)));
  const fine = Array.from({ length: 5 }, (_, at) => turns.take('web', at + 100, work('fine', 10)));
  await Promise.all([...junk, ...fine]);
  expect(said.join(' ')).toBe('junk fine fine fine fine fine junk junk junk junk');
});

test('a share that comes late has no claim to the time others had before', async () => {
  const early = Array.from({ length: 4 }, (_, at) => turns.take('early', at, work('early', 10)));
  await early[1];
  const late = Array.from({ length: 4 }, (_, at) => turns.take('late', at, work('late', 10)));
  await Promise.all([...early, ...late]);
  expect(said.slice(2).join(' ')).toMatch(/^(early )?(late early|late late early)/);
  expect(said).toHaveLength(8);
});
