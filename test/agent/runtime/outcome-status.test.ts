import { inProgress, isSettled, statusOf } from '../../../src/agent/runtime/outcome-status';
import { changedStatus } from '../../../src/agent/runtime/status-change';
import type { Outcome, StatusChange } from '../../../src/agent/runtime/types';
import { errors } from '../../../src/common/errors';

/** `Type=Status Reason` of what stands in the status afterwards. */
function conditions(...changes: (StatusChange | undefined)[]): string[] {
  const context = { generation: 1, now: new Date(0), redact: (text: string) => text };
  const status = changes.reduce((before, change) => changedStatus(before, change ?? {}, context), {} as ReturnType<typeof changedStatus>);
  return (status.conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);
}

const working = inProgress({});

test.each<[string, Outcome, string[]]>([
  ['ready', { type: 'ready', reason: 'Succeeded', message: 'm' }, ['Ready=True Succeeded']],
  ['failed', { type: 'failed', reason: 'BuildFailed', error: new Error('m') }, ['Ready=False BuildFailed', 'Reconciling=True ProgressingWithRetry']],
  [
    'waiting',
    { type: 'waiting', reason: 'DependencyNotReady', message: 'm', on: [] },
    ['Ready=False DependencyNotReady', 'Reconciling=True ProgressingWithRetry'],
  ],
  ['stalled', { type: 'stalled', reason: 'RetriesExceeded', message: 'm' }, ['Ready=False RetriesExceeded', 'Stalled=True RetriesExceeded']],
])('work that ended %s', (_name, outcome, expected) => {
  expect(conditions(working, statusOf(outcome))).toEqual(expected);
});

test('work in progress is neither ready nor stalled', () => {
  const stalled = statusOf({ type: 'stalled', reason: 'X', message: '' });
  expect(conditions(stalled, working)).toEqual(['Ready=Unknown Progressing', 'Reconciling=True Progressing']);
});

test.each<[Outcome]>([[{ type: 'unchanged', againMs: 1 }], [{ type: 'suspended' }], [{ type: 'finalized' }]])('%j changes nothing', (outcome) => {
  expect(statusOf(outcome)).toBeUndefined();
});

test("the reconciler's own word on a condition wins", () => {
  const own = { conditions: [{ type: 'Reconciling', status: 'True' as const, reason: 'Waiting', message: '' }] };
  expect(conditions(statusOf({ type: 'ready', reason: 'S', message: '', change: own }))).toEqual(['Ready=True S', 'Reconciling=True Waiting']);
});

test('an error of ours says what to do', () => {
  const change = statusOf({ type: 'failed', reason: 'X', error: errors.KindUnknown({ kind: 'Widget', apiVersion: 'acme.io/v1' }) })!;
  expect(change.conditions![0]!.message).toBe(
    'FL5012: the cluster does not know kind Widget of acme.io/v1 (install its CustomResourceDefinition, or correct apiVersion and kind)',
  );
});

test('only what will not move by itself counts as observed', () => {
  const outcomes: Outcome[] = [
    { type: 'ready', reason: '', message: '' },
    { type: 'stalled', reason: '', message: '' },
    { type: 'failed', reason: '', error: 1 },
    { type: 'waiting', reason: '', message: '', on: [] },
  ];
  expect(outcomes.filter(isSettled).map((outcome) => outcome.type)).toEqual(['ready', 'stalled']);
});
