import fc from 'fast-check';
import { printSealedWith, readSealedWith } from '../../src/seal/sealed-with';

const key = fc.stringMatching(/^[-._A-Za-z0-9]{1,20}$/);
const fingerprint = fc.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/);
const sealed = fc.stringMatching(/^[A-Za-z0-9+/]{8,40}$/);

test('what is printed is read, for values that have not changed', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.tuple(sealed, fc.option(fingerprint), fc.boolean())), (entries) => {
      const all = Object.entries(entries);
      const before = Object.fromEntries(all.map(([one, [value]]) => [one, value]));
      const sealedWith = new Map(all.flatMap(([one, [, known]]) => (known ? [[one, known] as const] : [])));
      const after = Object.fromEntries(all.map(([one, [value, , changed]]) => [one, changed ? `${value}x` : value]));
      const unchanged = new Map([...sealedWith].filter(([one]) => !entries[one]![2]));
      expect(readSealedWith(printSealedWith(before, sealedWith), after)).toEqual(unchanged);
    }),
  );
});

test('lines that say something else count for nothing', () => {
  const good = printSealedWith({ a: 'AAAA' }, new Map([['a', 'SHA256:x']]))!;
  const digest = good.trim().split(' ')[2];
  const bad = ['a SHA256:y', `a SHA256:y ${digest} more`, `b SHA256:y ${digest}`, 'a SHA256:y 00000000', '', `toString SHA256:y ${digest}`];
  expect(readSealedWith([...bad, good, ...bad].join('\n'), { a: 'AAAA' })).toEqual(new Map([['a', 'SHA256:x']]));
  expect(readSealedWith(undefined, { a: 'AAAA' })).toEqual(new Map());
});

test('how the lines of a value are broken is no change of it', () => {
  const annotation = printSealedWith({ a: 'AAAABBBB' }, new Map([['a', 'SHA256:x']]));
  expect(readSealedWith(annotation, { a: 'AAAA\r\nBBBB\n' })).toEqual(new Map([['a', 'SHA256:x']]));
});

test('nothing known is no annotation', () => {
  expect(printSealedWith({ a: 'AAAA' }, new Map())).toBeUndefined();
  expect(printSealedWith({ a: 'AAAA' }, new Map([['b', 'SHA256:x']]))).toBeUndefined();
});

test('a thousand lines that speak of one large value have it read once', () => {
  let reads = 0;
  const encrypted = Object.defineProperty({} as Record<string, string>, 'a', { enumerable: true, get: () => `${++reads}` });
  readSealedWith('a SHA256:x 00000000\n'.repeat(1000), encrypted);
  expect(reads).toBe(1);
});
