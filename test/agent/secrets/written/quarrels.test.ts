import { Quarrels } from '../../../../src/agent/secrets/written/quarrels';

function quarrels() {
  const clock = { ms: 0 };
  const them = new Quarrels(() => clock.ms);
  const write = (times: number) => {
    for (let count = 0; count < times; count++) them.wrote('a');
  };
  return { clock, them, write };
}

test('some edits are undone at once, then each time takes longer, and never half a minute', () => {
  const { them, write } = quarrels();
  const waits = Array.from({ length: 14 }, () => {
    write(1);
    return them.waitMs('a');
  });
  expect(waits).toEqual([0, 0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  expect(them.waitMs('b')).toBe(0);
});

test('the wait passes, and after a minute of quiet all begins anew', () => {
  const { clock, them, write } = quarrels();
  write(8);
  clock.ms = 3000;
  expect(them.waitMs('a')).toBe(1000);
  clock.ms = 4000;
  expect(them.waitMs('a')).toBe(0);
  clock.ms = 61_000;
  write(1);
  expect(them.waitMs('a')).toBe(0);
});

test('each wait is told of once, however often it is asked for', () => {
  const { them, write } = quarrels();
  write(6);
  expect([them.isNews('a'), them.isNews('a')]).toEqual([true, false]);
  write(1);
  expect(them.isNews('a')).toBe(true);
});

test('what is gone is forgotten', () => {
  const { them, write } = quarrels();
  write(9);
  them.forget('a');
  expect(them.waitMs('a')).toBe(0);
});
