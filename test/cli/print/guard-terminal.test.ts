import fc from 'fast-check';
import { paintFor } from '../../../src/cli/print/colour';
import { guardTerminal, terminalText } from '../../../src/cli/print/guard-terminal';

function terminal(isTTY: boolean) {
  const written: unknown[] = [];
  const stream = { isTTY, write: (chunk: unknown) => written.push(chunk) > 0 };
  guardTerminal(stream as never);
  return { stream, written };
}

test.each([
  ['a title', 'a\u001b]0;owned\u0007b', 'a\\u{1b}]0;owned\\u{7}b'],
  ['clearing of the screen', 'Pod \u001b[2J', 'Pod \\u{1b}[2J'],
  ['concealment', '\u001b[8mhidden', '\\u{1b}[8mhidden'],
  ['writing over the line', 'Failed\rReady ', 'Failed\\u{d}Ready '],
  ['a command of one byte', 'a\u009b2Jb', 'a\\u{9b}2Jb'],
  ['text from right to left', 'a\u202eb', 'a\\u{202e}b'],
])('%s is shown', (_, text, expected) => expect(terminalText(text)).toBe(expected));

test('styles of our own, line ends and what a question writes stay', () => {
  const paint = paintFor({ isTTY: true }, {});
  for (const text of [paint('red', 'gone'), paint(['bold', 'dim'], 'x'), 'a\tb\r\n', '\r\u001b[K', '\u001b[H\u001b[2J', '\u001b[1G'])
    expect(terminalText(text)).toBe(text);
});

test('no other command reaches a terminal, and all of it reaches a pipe', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\u001b', '[', ']', '2', 'J', 'm', '\r', '\u0007', 'a') }), (text) => {
      const [screen, pipe] = [terminal(true), terminal(false)];
      screen.stream.write(`${text}.\n`);
      pipe.stream.write(`${text}.\n`);
      const seen = ['', '2', '22'].reduce((rest, style) => rest.replaceAll(`\u001b[${style}m`, ''), screen.written.join(''));
      expect([...seen].filter((one, at) => '\u001b\u0007'.includes(one) || (one === '\r' && seen[at + 1] !== '\n'))).toEqual([]);
      expect(pipe.written).toEqual([`${text}.\n`]);
    }),
  );
});
