import { concerns, isAtLeast, parseLine, printLine } from '../../../src/cli/log/agent-lines';

const LINE =
  '{"ts":"2026-01-01T00:00:00Z","level":"warn","msg":"not ready","object":"HelmRelease/dev/podinfo","reason":"UpgradeFailed","message":"too slow","seconds":3}';

test('a line of the agent is told as people read it', () => {
  expect(printLine(parseLine(LINE)!)).toBe('2026-01-01T00:00:00Z warn  HelmRelease/dev/podinfo: not ready: too slow seconds=3');
});

test('what is no line of ours is none', () => {
  expect(parseLine('Error: oops')).toBeUndefined();
  expect(parseLine('{"broken')).toBeUndefined();
  expect(parseLine('{"some":"json"}')).toBeUndefined();
});

test('lines are chosen by object and level', () => {
  const line = parseLine(LINE)!;
  expect(concerns(line, new Set(['HelmRelease/dev/podinfo']))).toBe(true);
  expect(concerns(line, new Set(['HelmRelease/prod/podinfo']))).toBe(false);
  expect(isAtLeast(line, 'warn')).toBe(true);
  expect(isAtLeast(line, 'error')).toBe(false);
});
