import { dependenciesOf } from '../../../src/agent/helm/dependencies';
import type { HelmRelease } from '../../../src/agent/helm/helm-release';

function release(spec: Partial<HelmRelease['spec']>, dependsOn?: string): HelmRelease {
  const annotations = dependsOn === undefined ? undefined : { 'fairlead.dev/depends-on': dependsOn };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'dev', annotations },
    spec: { interval: '1m', ...spec },
  };
}

test('releases are named in the spec, others by annotation', () => {
  expect(
    dependenciesOf(
      release({ dependsOn: [{ name: 'db' }, { name: 'queue', namespace: 'infra' }] }, 'Kustomization/flux-system/infra, HelmRelease/x/y'),
    ),
  ).toEqual([
    { kind: 'HelmRelease', namespace: 'dev', name: 'db' },
    { kind: 'HelmRelease', namespace: 'infra', name: 'queue' },
    { kind: 'Kustomization', namespace: 'flux-system', name: 'infra' },
    { kind: 'HelmRelease', namespace: 'x', name: 'y' },
  ]);
});

test('what cannot be waited for is refused', () => {
  expect(() => dependenciesOf(release({ dependsOn: [{ name: 'db', readyExpr: 'dep.status.ready' }] }))).toThrow('FL4011');
  expect(() => dependenciesOf(release({}, 'Kustomization/infra'))).toThrow('FL4015');
});
