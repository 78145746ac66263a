import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerLog, type LogSelection } from '../../../src/testbed/process-node/log';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-log-'));
let files = 0;
let isOver: boolean;
let log: ContainerLog;

beforeEach(() => {
  isOver = false;
  log = new ContainerLog(join(folder, `${files++}`), () => isOver);
});

afterAll(() => rmSync(folder, { recursive: true }));

const print = (text: string) => appendFileSync(log.file, text);

async function read(selection: LogSelection = {}): Promise<string | undefined> {
  const chunks = log.read(selection, new AbortController().signal);
  let text = '';
  if (chunks === undefined) return undefined;
  for await (const chunk of chunks) text += chunk;
  return text;
}

test('a container that never ran has no log, and one that ran once none of the run before', async () => {
  expect(await read()).toBeUndefined();
  log.begin();
  expect(await read()).toBe('');
  expect(await read({ previous: true })).toBeUndefined();
});

test('each run has its own text, of which the last lines may be asked for', async () => {
  log.begin();
  print('one\ntwo\n');
  log.begin();
  print('three\nfour\nfive');
  expect(await read({ previous: true })).toBe('one\ntwo\n');
  expect(await read()).toBe('three\nfour\nfive');
  expect(await read({ tailLines: 2 })).toBe('four\nfive');
  expect(await read({ tailLines: 0 })).toBe('');
});

test('followed, it goes on until there will be no more', async () => {
  log.begin();
  print('one\n');
  const followed = read({ follow: true, tailLines: 1 });
  print('two\n');
  setTimeout(() => {
    print('three\n');
    isOver = true;
  }, 150);
  expect(await followed).toMatch(/^(one\n)?two\nthree\n$/);
});
