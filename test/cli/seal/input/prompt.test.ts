import { PassThrough } from 'node:stream';
import { askHidden, canAsk, type TerminalInput } from '../../../../src/cli/seal/input/prompt';

/** A terminal with a person at it who types. */
function terminal() {
  const shown: string[] = [];
  const modes: boolean[] = [];
  const input: TerminalInput & PassThrough = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  return { input, output: { isTTY: true, write: (text: string) => shown.push(text) }, shown, modes };
}

test('what is typed is not shown, and the terminal is left as it was', async () => {
  const { input, output, shown, modes } = terminal();
  const answer = askHidden('password: ', { input, output });
  for (const typed of ['hunter', '3\x7f2', '\r']) input.write(typed);
  expect(await answer).toBe('hunter2');
  expect(shown.join('')).toBe('password: \n');
  expect(modes).toEqual([true, false]);
});

test.each([
  ['ü\n', 'ü'],
  ['wrong\x15right\n', 'right'],
  ['\n', ''],
  [' kept \n', ' kept '],
])('%j answers %j', async (typed, expected) => {
  const { input, output } = terminal();
  const answer = askHidden('password: ', { input, output });
  for (const byte of Buffer.from(typed)) input.write(Buffer.of(byte));
  expect(await answer).toBe(expected);
});

test('lines that were pasted together answer one question each', async () => {
  const { input, output } = terminal();
  const first = askHidden('one: ', { input, output });
  input.write('a\r\nb\n');
  expect([await first, await askHidden('two: ', { input, output })]).toEqual(['a', 'b']);
});

test.each([
  ['\x03', 'interrupted'],
  ['\x04', 'interrupted'],
])('%j ends it', async (typed, reason) => {
  const { input, output, modes } = terminal();
  const answer = askHidden('password: ', { input, output });
  input.write(`hunter2${typed}`);
  await expect(answer).rejects.toThrow(new RegExp(`"password" was not answered: it was ${reason}`));
  await expect(answer).rejects.not.toThrow('hunter2');
  expect(modes).toEqual([true, false]);
});

test('input that ends answers nothing', async () => {
  const { input, output } = terminal();
  const answer = askHidden('password: ', { input, output });
  input.end('hunter2');
  await expect(answer).rejects.toThrow('there was no more input');
});

test('only somebody at a terminal can be asked', () => {
  const { input, output } = terminal();
  expect(canAsk({ input, output })).toBe(true);
  expect(canAsk({ input: Object.assign(new PassThrough(), { isTTY: false }), output })).toBe(false);
  expect(canAsk({ input, output: { ...output, isTTY: false } })).toBe(false);
});
