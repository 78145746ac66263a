import { previousOf, remember, type Snapshot, truncate } from '../../../src/agent/helm/history';
import { snapshot } from './snapshots';

const versions = (history: readonly Snapshot[]) => history.map(({ version }) => version);
const failedTest = { testHooks: { smoke: { phase: 'Failed' } } };

test.each([
  [
    'up to the one before that worked',
    [snapshot(4, 'deployed'), snapshot(3, 'failed'), snapshot(2, 'superseded'), snapshot(1, 'superseded')],
    [4, 3, 2],
  ],
  ['not to one whose tests failed', [snapshot(3, 'deployed'), snapshot(2, 'superseded', failedTest), snapshot(1, 'superseded')], [3, 2, 1]],
  ['the last five where none worked', [6, 5, 4, 3, 2, 1].map((version) => snapshot(version, 'failed')), [6, 5, 4, 3, 2]],
  ['a single one', [snapshot(1, 'deployed')], [1]],
])('history is kept %s', (_, history, expected) => {
  expect(versions(truncate(history))).toEqual(expected);
});

test('a rollback goes to the newest that worked before the latest', () => {
  expect(previousOf([snapshot(4, 'failed'), snapshot(3, 'failed'), snapshot(2, 'deployed'), snapshot(1, 'superseded')])?.version).toBe(2);
  expect(previousOf([snapshot(1, 'deployed')])).toBeUndefined();
});

test('a revision is remembered once, newest first, with what is known of its tests', () => {
  const history = remember([snapshot(1, 'deployed', failedTest)], snapshot(2, 'deployed'));
  expect(remember(history, snapshot(1, 'superseded'))).toEqual([snapshot(2, 'deployed'), snapshot(1, 'superseded', failedTest)]);
});
