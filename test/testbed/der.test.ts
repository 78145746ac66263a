import { bits, integer, octets, oid, sequence, time } from '../../src/testbed/der';

test.each<[string, Buffer, string]>([
  ['an object identifier', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  ['a positive integer with its high bit set', integer(Buffer.from([0x80])), '02020080'],
  ['bits that end within a byte', bits(Buffer.from([0x06]), 1), '03020106'],
  ['a moment', time(new Date('2031-02-03T04:05:06.789Z')), `170d${Buffer.from('310203040506Z').toString('hex')}`],
  ['nothing', sequence(), '3000'],
])('%s', (_, der, hex) => {
  expect(der.toString('hex')).toBe(hex);
});

test.each([
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [70_000, '0483011170'],
])('%d octets begin with their count', (count, hex) => {
  expect(octets(Buffer.alloc(count)).toString('hex', 0, hex.length / 2)).toBe(hex);
});
