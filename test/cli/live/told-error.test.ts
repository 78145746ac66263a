import { firstLine } from '../../../src/cli/live/told-error';

test.each([
  ['it failed.', 'it failed'],
  ['it failed:\nno such host', 'it failed: no such host'],
  ['it failed\nat a\nat b', 'it failed: at a, and 1 more'],
  ['values are wrong in these charts:\npodinfo:\n- at /a: too small', 'values are wrong in these charts: podinfo: at /a: too small'],
  [
    'values are wrong in these charts:\npodinfo:\n- at /a: too small\n- at /b: missing',
    'values are wrong in these charts: podinfo: at /a: too small, and 1 more',
  ],
  ['only headings:\npodinfo:', 'only headings: podinfo:'],
  ['', ''],
])('of %j, %j fits a sentence', (message, told) => expect(firstLine(message)).toBe(told));
