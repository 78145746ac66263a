import { parseGoFloat } from '../../src/images/go-float';

test.each([
  ['1', 1],
  ['+1.5e3', 1500],
  ['.5', 0.5],
  ['5.', 5],
  ['1_000', 1000],
  ['0x1p4', 16],
  ['-0x.8p1', -1],
  ['0x_1fp0', 31],
  ['0x0p99999', 0],
  ['inf', Infinity],
  ['-Infinity', -Infinity],
  ['1e-400', 0],
  ['20240105123456', 20240105123456],
])('%s is %d', (text, number) => expect(parseGoFloat(text)).toBe(number));

test.each(['', '.', 'e1', '1e', '1e400', 'nan', 'NaN', '0x10', '0xp1', '1__0', '_1', '1_', '1_.5', '0b1', 'infi', ' 1', '1.2.3'])(
  '%j is no number',
  (text) => expect(parseGoFloat(text)).toBeUndefined(),
);
