import { changedScalars, resumeLayer, resumeRelease } from '../../../src/cli/rollback/resume';

const release = (tag: string) => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'podinfo', namespace: 'dev' },
  spec: { values: { image: { tag } } },
});
const PATCH = `kubectl -n dev patch helmrelease podinfo --field-manager fairlead --type merge -p '{"spec":{"suspend":null}}'`;

test('a release goes on once it has the version', () => {
  expect(resumeRelease(release('2'), release('1'))).toEqual([
    "kubectl -n dev wait helmrelease podinfo --timeout=10m --for=jsonpath='{.spec.values.image.tag}'=1",
    PATCH,
  ]);
});

test('what is the same already needs no wait', () => expect(resumeRelease(release('1'), release('1'))).toEqual([PATCH]));

test('a layer goes on once its source has the commit', () => {
  const kustomization = { apiVersion: 'v1', kind: 'Kustomization', metadata: { name: 'dev', namespace: 'flux-system' }, spec: {} };
  const source = {
    ...kustomization,
    kind: 'GitRepository',
    metadata: { name: 'fleet', namespace: 'flux-system' },
    spec: { url: 'x', ref: { branch: 'main' } },
  };
  const [wait] = resumeLayer(kustomization, source, 'a'.repeat(40));
  expect(wait).toBe(
    `kubectl -n flux-system wait gitrepository fleet --timeout=10m --for=jsonpath='{.status.artifact.revision}'=main@sha1:${'a'.repeat(40)}`,
  );
});

test('paths are those of JSONPath', () => {
  expect(changedScalars({ a: [{ 'x.y': 1 }], b: 2 }, { a: [{ 'x.y': 3 }], b: 2, c: 'new' })).toEqual([
    { path: '.a[0].x\\.y', value: '3' },
    { path: '.c', value: 'new' },
  ]);
});
