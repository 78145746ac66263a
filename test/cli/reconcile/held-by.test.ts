import { heldBy } from '../../../src/cli/reconcile/held-by';
import { inProgress, layer, notReady, RELEASE_ENTRY, release, worldWith } from '../live/live-objects';

const lease = (renewTime: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'flux-system', name: 'kustomize-controller-leader-election' },
  spec: { holderIdentity: 'agent-1', leaseDurationSeconds: 35, renewTime },
});
const AT_WORK = lease('2026-11-21T11:59:59Z');
const GONE = lease('2026-11-21T11:00:00Z');

const failing = release({ status: notReady('UpgradeFailed', 'the chart cannot be rendered') });
const dev = layer({ applied: [RELEASE_ENTRY] });

test('a layer that stays Ready while its health is looked at is held by the release that is not', () => {
  expect(heldBy(dev, worldWith(dev, failing, AT_WORK))).toMatchObject({
    sentence: 'waits for HelmRelease/dev/podinfo: the chart cannot be rendered',
  });
});

test('what is being reconciled says itself what it waits for', () => {
  const busy = layer({ status: inProgress() });
  expect(heldBy(busy, worldWith(busy, AT_WORK)).sentence).toBe('it is being reconciled');
});

test('nobody came where nothing is amiss, or no agent is at work', () => {
  const nobody = { sentence: 'nobody came', remedy: 'fairlead doctor' };
  expect(heldBy(dev, worldWith(dev, release(), AT_WORK))).toEqual(nobody);
  expect(heldBy(dev, worldWith(dev, failing, GONE))).toEqual(nobody);
});
