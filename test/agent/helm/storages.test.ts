import type { HelmRelease } from '../../../src/agent/helm/helm-release';
import { Storages } from '../../../src/agent/helm/storages';
import type { TargetCluster } from '../../../src/agent/runtime/types';
import type { WatchEvent } from '../../../src/kube/types';

const release = (name: string) =>
  ({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { namespace: 'fleet', name }, spec: {} }) as unknown as HelmRelease;

/** A cluster in which somebody else records a revision. */
function cluster() {
  let tell: (event: WatchEvent) => void = () => undefined;
  const watch = (_kind: unknown, _selection: unknown, onEvent: (event: WatchEvent) => void) => {
    tell = onEvent;
  };
  const labels = { owner: 'helm', name: 'podinfo', status: 'deployed', version: '1' };
  const metadata = { namespace: 'fleet', name: 'sh.helm.release.v1.podinfo.v1', uid: 'u', resourceVersion: '1', labels };
  return {
    target: { client: { watch } } as unknown as TargetCluster,
    record: () => tell({ type: 'ADDED', object: { apiVersion: 'v1', kind: 'Secret', metadata } }),
  };
}

test('a change in one cluster wakes the release of that cluster, not its namesake elsewhere', () => {
  const woken: string[] = [];
  const storages = new Storages(({ name }) => void woken.push(name));
  const [east, west] = [cluster(), cluster()];
  const target = { name: 'podinfo', namespace: 'fleet', storageNamespace: 'fleet' };
  storages.of(east.target, release('podinfo-east'), target, false);
  storages.of(west.target, release('podinfo-west'), target, false);
  east.record();
  west.record();
  expect(woken).toEqual(['podinfo-east', 'podinfo-west']);
  storages.close();
});
