import { hash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type TagRow, TagTable } from '../../src/oci/tag-table';

const digest = (text: string) => `sha256:${hash('sha256', text, 'hex')}`;
const row = (tag: string, change: Partial<TagRow> = {}): TagRow => ({
  tag,
  digest: digest(tag),
  createdMs: 1,
  moved: false,
  stale: false,
  goneSince: 0,
  ...change,
});

test('a table holds what a map of rows would', () => {
  const tag = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '9'), minLength: 1, maxLength: 4 });
  const change = fc.record({
    digest: fc.constantFrom('x', 'y').map(digest),
    createdMs: fc.constantFrom(Number.NaN, 0, 1.7e12),
    moved: fc.boolean(),
    stale: fc.boolean(),
    goneSince: fc.constantFrom(0, 1.7e9),
  });
  const step = fc.oneof({ weight: 5, arbitrary: fc.tuple(tag, change) }, { weight: 1, arbitrary: fc.array(tag) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const table = new TagTable();
      const model = new Map<string, TagRow>();
      for (const it of steps) {
        if (typeof it[1] === 'object') {
          const [name, values] = it as [string, Omit<TagRow, 'tag'>];
          table.set({ tag: name, ...values });
          model.set(name, { tag: name, ...values });
        } else {
          table.delete(it as string[]);
          for (const name of it as string[]) model.delete(name);
        }
      }
      expect([...table.tags()].map((name) => table.row(name))).toEqual([...model.values()]);
      for (const [name, { stale, goneSince }] of model) expect(table.view(name) !== undefined).toBe(!stale && goneSince === 0);
    }),
  );
});

test.each([
  ['a b', digest('a')],
  ['a\n', digest('a')],
  ['', digest('a')],
  ['a', 'sha512:00'],
  ['a', ''],
])('%j on %s is refused', (tag, to) => {
  expect(() => new TagTable().set(row(tag, { digest: to }))).toThrow(TypeError);
});

test('a tag takes at most 200 bytes, though it was a piece of a long answer', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const tables = Array.from({ length: 20 }, (_, repository) => {
    const table = new TagTable();
    const answer = Array.from({ length: 10_000 }, (_, index) => `release-${repository}-${index}-0123456789abcdef`).join('\n');
    for (const tag of answer.split('\n')) table.set(row(tag));
    return table;
  });
  expect((used() - before) / 200_000).toBeLessThan(200);
  expect(tables).toHaveLength(20);
});
