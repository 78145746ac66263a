import { Version } from '../../src/common/version';

test('versions sort as Masterminds sorts them', () => {
  const sorted = [
    '0.9.9',
    '1.0.0-0',
    '1.0.0-2',
    '1.0.0-10',
    '1.0.0-20240105123456789',
    '1.0.0-20240105123456790',
    '1.0.0--1',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-rc',
    '1.0.0',
    'v1.0.2',
    '1.0.010',
    '1.0.9007199254740992',
    '1.0.9007199254740993',
    '1.2',
    '2',
  ];
  const order = (a: string, b: string) => Version.parse(a)!.compare(Version.parse(b)!);
  expect([...sorted].reverse().sort(order)).toEqual(sorted);
});

test('build metadata does not count', () => expect(Version.parse('1.2.3+a')!.compare(Version.parse('v1.2.3+b')!)).toBe(0));

test.each(['', 'v', '1.', '1.2.3.4', '1.2.3-', '1.2.3-a..b', '1.2.3-01', '1.2.3+', '-1', '18446744073709551616', `1.2.3-${'a'.repeat(256)}`])(
  '%j is no version',
  (text) => expect(Version.parse(text)).toBeUndefined(),
);
