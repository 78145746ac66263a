import { printAge } from '../../../src/cli/print/age';
import { announced, Progress } from '../../../src/cli/print/progress';
import { printTable } from '../../../src/cli/print/table';

test('a table is as wide as its cells, without blanks at the end', () => {
  expect(
    printTable(
      ['a', 'long'],
      [
        ['wide cell', ''],
        ['', 'x'],
      ],
    ),
  ).toBe('A           LONG\nwide cell\n            x\n');
});

test.each([
  ['2026-01-01T00:00:00Z', '0s ago'],
  ['2025-12-31T23:58:20Z', '100s ago'],
  ['2025-12-31T23:50:00Z', '10m ago'],
  ['2025-12-31T12:00:00Z', '12h ago'],
  ['2025-12-20T00:00:00Z', '12d ago'],
  ['2026-01-01T00:00:05Z', '0s ago'],
])('%s was %s', (time, expected) => expect(printAge(time, new Date('2026-01-01T00:00:00Z'))).toBe(expected));

test('progress is quiet for a second, then told now and then', () => {
  let nowMs = 0;
  const told: string[] = [];
  const progress = new Progress({ write: (text) => told.push(text) }, () => nowMs);
  for (const [atMs, text] of [
    [0, 'a'],
    [900, 'b'],
    [1100, 'c'],
    [1200, 'd'],
    [1700, 'e'],
  ] as const) {
    nowMs = atMs;
    progress.tell(text);
  }
  progress.end();
  expect(told).toEqual(['c\n', 'e\n']);
});

test('on a terminal it is one line that goes away', () => {
  let nowMs = 0;
  const told: string[] = [];
  const progress = new Progress({ isTTY: true, write: (text) => told.push(text) }, () => nowMs);
  nowMs = 2000;
  progress.tell('busy');
  progress.end();
  expect(told).toEqual(['\r\x1b[K', 'busy', '\r\x1b[K']);
});

test('what is quick is not announced', async () => {
  const told: string[] = [];
  expect(await announced('waiting', Promise.resolve(1), (text) => told.push(text))).toBe(1);
  expect(told).toEqual([]);
});

test('what takes longer is', async () => {
  jest.useFakeTimers();
  const told: string[] = [];
  let end: () => void = () => {};
  const work = announced('waiting', new Promise<void>((resolve) => (end = resolve)), (text) => told.push(text));
  jest.advanceTimersByTime(1000);
  end();
  await work;
  jest.useRealTimers();
  expect(told).toEqual(['waiting\n']);
});
