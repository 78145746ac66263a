import { Rates } from '../../../../src/agent/secrets/http/rates';

test('each address has its own share, which comes back with time', () => {
  let now = 0;
  const rates = new Rates(2, 1, () => now);
  expect(['a', 'a', 'a', 'b'].map((address) => rates.takeOrWaitMs(address))).toEqual([0, 0, 1000, 0]);
  now = 1000;
  expect(['a', 'a'].map((address) => rates.takeOrWaitMs(address))).toEqual([0, 1000]);
});

test('of many addresses the one not heard of for longest is forgotten', () => {
  const rates = new Rates(1, 0.001, () => 0);
  rates.takeOrWaitMs('first');
  for (let at = 0; at < 1022; at++) rates.takeOrWaitMs(`address ${at}`);
  expect(rates.takeOrWaitMs('first')).toBeGreaterThan(0);
  rates.takeOrWaitMs('one more');
  rates.takeOrWaitMs('and one more');
  expect(rates.takeOrWaitMs('first')).toBeGreaterThan(0);
  expect(rates.takeOrWaitMs('address 0')).toBe(0);
});
