import type { Outcome, Reconciled } from '../../../src/agent/runtime/types';
import { statusAfter } from '../../../src/agent/secrets/sealed-secret-status';
import { errors } from '../../../src/common/errors';

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const object = (status?: object, generation = 1) =>
  ({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'a', namespace: 'b', generation }, spec: {}, status }) as Reconciled;
const ready: Outcome = { type: 'ready', reason: 'Unsealed', message: '' };
const closed: Outcome = { type: 'stalled', reason: 'ErrUnsealFailed', message: 'no key' };

const first = statusAfter(ready, object(), at('00:00:00'))!;

test('the condition is upstream’s', () => {
  const time = '2026-01-01T00:00:00Z';
  const synced = { type: 'Synced', status: 'True', reason: 'Unsealed', message: '', lastUpdateTime: time, lastTransitionTime: time };
  expect(first).toEqual({ observedGeneration: 1, conditions: [synced] });
});

test('what is the same stays as it is, times included', () => {
  expect(statusAfter(ready, object(first), at('01:00:00'))).toBe(first);
});

test('another message is an update, another status a transition too', () => {
  const failed = statusAfter(closed, object(first), at('01:00:00'))!;
  expect(failed.conditions).toMatchObject([{ status: 'False', lastUpdateTime: '2026-01-01T01:00:00Z', lastTransitionTime: '2026-01-01T01:00:00Z' }]);
  const again = statusAfter({ ...closed, message: 'another' }, object(failed), at('02:00:00'))!;
  expect(again.conditions).toMatchObject([
    { message: 'another', lastUpdateTime: '2026-01-01T02:00:00Z', lastTransitionTime: '2026-01-01T01:00:00Z' },
  ]);
});

test('a failure is observed as well, with its remedy', () => {
  const failed: Outcome = { type: 'failed', reason: 'ErrUpdateFailed', error: errors.SecretForeign({ name: 'a' }) };
  const status = statusAfter(failed, object(first, 2), at('01:00:00'))!;
  expect([status.observedGeneration, status.conditions?.[0]?.message]).toEqual([2, expect.stringContaining('delete that Secret')]);
});

test('upstream’s own status, which has no reason and no empty message, is none to change', () => {
  const time = '2025-01-01T00:00:00Z';
  const theirs = { observedGeneration: 1, conditions: [{ type: 'Synced', status: 'True', lastUpdateTime: time, lastTransitionTime: time }] };
  expect(statusAfter(ready, object(theirs), at('01:00:00'))).toEqual(theirs);
});

test('where nothing is said the status stays, and conditions of others always do', () => {
  expect(statusAfter({ type: 'unchanged' }, object(first), at('01:00:00'))).toBeUndefined();
  const other = { type: 'Other', status: 'True', reason: 'x', message: 'y' };
  const status = statusAfter(closed, object({ ...first, conditions: [...first.conditions!, other] }), at('01:00:00'))!;
  expect(status.conditions?.map(({ type }) => type)).toEqual(['Synced', 'Other']);
});
