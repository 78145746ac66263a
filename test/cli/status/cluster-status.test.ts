import { clusterStatus } from '../../../src/cli/status/cluster-status';
import { gitRepository, layer, release, worldWith } from '../live/live-objects';

const AT_WORK = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'flux-system', name: 'kustomize-controller-leader-election' },
  spec: { holderIdentity: 'agent-1', leaseDurationSeconds: 35, renewTime: '2026-11-21T11:59:59Z' },
};

test('a cluster that follows nothing is not ready, one whose parts are all Ready is', () => {
  expect(clusterStatus(worldWith())).toMatchObject({ ready: false, faults: [], layers: [] });
  expect(clusterStatus(worldWith(AT_WORK, gitRepository(), layer())).ready).toBe(true);
  expect(clusterStatus(worldWith(release())).ready).toBe(true);
});

test('a release whose Deployment is gone is a fault', () => {
  const inventory = { entries: [{ id: 'dev_podinfo_apps_Deployment', v: 'v1' }] };
  const status = { ...(release() as { status?: object }).status, inventory };
  const { ready, faults } = clusterStatus(worldWith(AT_WORK, gitRepository(), layer(), release({ status })));
  expect({ ready, faults }).toMatchObject({ ready: false, faults: [{ of: ['HelmRelease/dev/podinfo'], root: { kind: 'Deployment' } }] });
});
