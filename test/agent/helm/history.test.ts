import { previousOf, remember, type Snapshot, truncate } from '../../../src/agent/helm/history';

const time = '2026-01-01T00:00:00Z';
const of = (version: number, status: Snapshot['status'], more: Partial<Snapshot> = {}): Snapshot => ({
  digest: 'd',
  name: 'web',
  namespace: 'dev',
  version,
  status,
  chartName: 'web',
  chartVersion: '1',
  configDigest: 'v',
  firstDeployed: time,
  lastDeployed: time,
  ...more,
});
const versions = (history: readonly Snapshot[]) => history.map(({ version }) => version);
const failedTest = { testHooks: { smoke: { phase: 'Failed' } } };

test.each([
  ['up to the one before that worked', [of(4, 'deployed'), of(3, 'failed'), of(2, 'superseded'), of(1, 'superseded')], [4, 3, 2]],
  ['not to one whose tests failed', [of(3, 'deployed'), of(2, 'superseded', failedTest), of(1, 'superseded')], [3, 2, 1]],
  ['the last five where none worked', [6, 5, 4, 3, 2, 1].map((version) => of(version, 'failed')), [6, 5, 4, 3, 2]],
  ['a single one', [of(1, 'deployed')], [1]],
])('history is kept %s', (_, history, expected) => {
  expect(versions(truncate(history))).toEqual(expected);
});

test('a rollback goes to the newest that worked before the latest', () => {
  expect(previousOf([of(4, 'failed'), of(3, 'failed'), of(2, 'deployed'), of(1, 'superseded')])?.version).toBe(2);
  expect(previousOf([of(1, 'deployed')])).toBeUndefined();
});

test('a revision is remembered once, newest first, with what is known of its tests', () => {
  const history = remember([of(1, 'deployed', failedTest)], of(2, 'deployed'));
  expect(remember(history, of(1, 'superseded'))).toEqual([of(2, 'deployed'), of(1, 'superseded', failedTest)]);
});
