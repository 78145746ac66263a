import { oneLine } from '../../../src/cli/print/one-line';

test.each([
  ['one', 'one'],
  ['', ''],
  ['values are wrong:\npodinfo:\n- at /a: too small\n- at /b: missing\n', 'values are wrong: podinfo: at /a: too small; at /b: missing'],
  ['drifted:\n\n  Deployment/dev/a changed', 'drifted: Deployment/dev/a changed'],
  [`Applied revision: main@sha1:${'0d17cf7'}${'b'.repeat(33)}`, 'Applied revision: main@0d17cf7'],
  [`digest sha256:${'a'.repeat(64)}`, `digest sha256:${'a'.repeat(64)}`],
])('%j is told as %j', (message, told) => expect(oneLine(message)).toBe(told));
