import { layerRows, releaseRows } from '../../../src/cli/history/rows';
import { versionChanges } from '../../../src/cli/history/version-changes';
import type { LiveKustomization } from '../../../src/cli/live/layers';
import { parseLock } from '../../../src/model/lock';
import { COMMIT, layer, NEXT, release } from '../live/live-objects';

const commit = (id: string, at: string, subject = 'change') => ({ id, at, author: 'Alice', subject });
const snapshot = (id: string, at: string, status = 'ReconciliationSucceeded') => ({
  firstReconciled: at,
  lastReconciled: at,
  lastReconciledStatus: status,
  metadata: { revision: `main@sha1:${id}` },
});

test('what the cluster remembers is told with its author; commits around it with what is known of them', () => {
  const kustomization = layer({
    status: { history: [snapshot(NEXT, '2026-01-03T00:00:00Z', 'HealthCheckFailed'), snapshot(COMMIT, '2026-01-01T00:00:00Z')] },
  });
  const commits = [
    commit('c'.repeat(40), '2026-01-04T00:00:00Z'),
    commit(NEXT, '2026-01-02T23:00:00Z', 'raise it'),
    commit('d'.repeat(40), '2026-01-02T00:00:00Z'),
    commit('e'.repeat(40), '2025-12-01T00:00:00Z'),
  ];
  expect(layerRows(kustomization as LiveKustomization, commits).map(({ commit: id = '', outcome, subject }) => [id[0], outcome, subject])).toEqual([
    ['c', 'not applied yet', 'change'],
    ['b', 'not healthy', 'raise it'],
    ['d', 'passed over', 'change'],
    ['a', 'Ready', undefined],
    ['e', '', 'change'],
  ]);
});

test('revisions that only the storage has are told too, and the commit before each', () => {
  const history = [{ version: 3, status: 'deployed', chartName: 'podinfo', chartVersion: '1.0.0', lastDeployed: '2026-01-03T00:00:00Z' }];
  const secret = (version: string, status: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `sh.helm.release.v1.podinfo.v${version}`, labels: { version, status }, creationTimestamp: `2026-01-0${version}T00:00:00Z` },
  });
  const rows = releaseRows(
    release({ status: { history } }),
    [secret('2', 'superseded'), secret('3', 'deployed')],
    [commit(NEXT, '2026-01-02T12:00:00Z'), commit(COMMIT, '2026-01-01T00:00:00Z')],
  );
  expect(rows.map(({ revision, outcome, chart, commit: id }) => [revision, outcome, chart, id?.[0]])).toEqual([
    [3, 'deployed', 'podinfo@1.0.0', 'b'],
    [2, 'superseded', undefined, 'a'],
  ]);
});

test('versions are told as they changed', () => {
  const file = (images: string) => [
    {
      path: 'locks/gke/dev/dev.yaml',
      cluster: 'gke',
      layer: 'dev',
      namespace: 'dev',
      lock: parseLock(`apiVersion: fairlead.dev/v1\nkind: Lock\nimages:\n${images}`),
    },
  ];
  expect(versionChanges(file('  a: "x/a:1"\n  b: "x/b:1"\n'), file('  a: "x/a:2"\n  c: "x/c:1"\n'))).toEqual(['a 1 -> 2', '-b 1', '+c 1']);
});
