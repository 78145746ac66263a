import { paintFor } from '../../../src/cli/print/colour';

const red = '\u001b[31mgone\u001b[39m';

test.each([
  ['a terminal', { isTTY: true }, {}, red],
  ['a pipe', {}, {}, 'gone'],
  ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, 'gone'],
  ['a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, red],
  ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, 'gone'],
  ['a pipe with FORCE_COLOR', {}, { FORCE_COLOR: '1' }, red],
])('%s', (_, stream, variables, expected) => {
  expect(paintFor(stream, variables)('red', 'gone')).toBe(expected);
});
