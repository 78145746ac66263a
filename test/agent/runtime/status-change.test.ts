import { changedStatus } from '../../../src/agent/runtime/status-change';

const at = (seconds: number) => ({ generation: 2, now: new Date(seconds * 1000), redact: (text: string) => text.replace('hunter2', '***') });
const ready = (status: 'True' | 'False', message = '') => ({ type: 'Ready', status, reason: 'R', message });

test('a condition keeps its transition time while its status is the same', () => {
  const first = changedStatus({}, { conditions: [ready('False', 'one')] }, at(1));
  const second = changedStatus(first, { conditions: [ready('False', 'two')] }, at(2));
  const third = changedStatus(second, { conditions: [ready('True', 'two')] }, at(3));
  expect([first, second, third].map((status) => status.conditions![0]!.lastTransitionTime)).toEqual([
    '1970-01-01T00:00:01Z',
    '1970-01-01T00:00:01Z',
    '1970-01-01T00:00:03Z',
  ]);
});

test('Ready comes first, the others by type; conditions nobody names stay', () => {
  const other = { type: 'Healthy', status: 'True' as const, reason: 'x', message: '', lastTransitionTime: 't' };
  const status = changedStatus({ conditions: [other] }, { conditions: [{ ...ready('True'), type: 'Stalled' }, ready('True')] }, at(1));
  expect(status.conditions!.map((condition) => condition.type)).toEqual(['Ready', 'Healthy', 'Stalled']);
  expect(status.conditions![1]).toEqual(other);
});

test('a null field is gone, others stay', () => {
  expect(changedStatus({ a: 1, b: 2 }, { fields: { b: null, c: 3 } }, at(1))).toEqual({ a: 1, c: 3 });
});

test('secrets are taken out of messages, and endless ones cut', () => {
  const status = changedStatus({}, { conditions: [ready('False', `password hunter2 ${'x'.repeat(40_000)}`)] }, at(1));
  const { message } = status.conditions![0]!;
  expect(message.startsWith('password *** x')).toBe(true);
  expect(message.length).toBeLessThan(32_768);
});
