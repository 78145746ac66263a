import { errors } from '../../src/common/errors';
import { createLogger, type LoggerOptions } from '../../src/common/logger';

function lines(options: LoggerOptions, use: (log: ReturnType<typeof createLogger>) => void): unknown[] {
  const written: string[] = [];
  use(createLogger({ now: () => new Date(0), write: (line) => written.push(line), ...options }));
  return written.map((line) => JSON.parse(line));
}

test('a line is one JSON object with its fields', () => {
  expect(lines({}, (log) => log.with({ kind: 'X' }).info('said', { count: 1 }))).toEqual([
    { ts: '1970-01-01T00:00:00.000Z', level: 'info', msg: 'said', kind: 'X', count: 1 },
  ]);
});

test('what is under the level is not written', () => {
  expect(lines({ level: 'warn' }, (log) => log.info('no'))).toEqual([]);
});

test('an error of ours shows code and remedy, any other its stack', () => {
  const [line] = lines({}, (log) => log.error('no', { ours: errors.NotInCluster({ cause: 'x' }), other: new TypeError('odd') })) as [
    { ours: object; other: { stack: string } },
  ];
  expect(line.ours).toEqual({ code: 'FL5024', message: expect.stringContaining('x'), remedy: expect.any(String) });
  expect(line.other.stack).toContain('TypeError: odd');
});

test('secrets are taken out of the finished line', () => {
  expect(lines({ redact: (line) => line.replaceAll('hunter2', '***') }, (log) => log.info('x', { password: 'hunter2' }))).toEqual([
    expect.objectContaining({ password: '***' }),
  ]);
});
