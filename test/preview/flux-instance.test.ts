import type { KubeObject } from '../../src/model/object';
import { instanceSync } from '../../src/preview/flux-instance';

const sync = { kind: 'GitRepository', url: 'https://example.com/fleet.git', ref: 'refs/heads/main', path: 'clusters/prd' };
const instance = (spec: object, namespace: string | undefined = 'flux-system'): KubeObject => ({
  apiVersion: 'fluxcd.controlplane.io/v1',
  kind: 'FluxInstance',
  metadata: { name: 'flux', ...(namespace && { namespace }) },
  spec: { distribution: { version: '2.x', registry: 'ghcr.io/fluxcd' }, ...spec },
});

test('a sync is a source and the Kustomization that reads it, named after the namespace', () => {
  expect(instanceSync(instance({ sync: { ...sync, interval: '5m', pullSecret: 'key', provider: 'github' } }, 'gitops'))).toEqual({
    source: {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'gitops', namespace: 'gitops' },
      spec: { interval: '5m', url: sync.url, ref: { name: 'refs/heads/main' }, secretRef: { name: 'key' }, provider: 'github' },
    },
    kustomization: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'gitops', namespace: 'gitops' },
      spec: { interval: '10m', path: 'clusters/prd', prune: true, sourceRef: { kind: 'GitRepository', name: 'gitops' } },
    },
    patches: [],
  });
});

test('a sync has a name of its own where it says one, and the namespace of the operator where the file says none', () => {
  const { source, kustomization } = instanceSync(instance({ sync: { ...sync, name: 'fleet' } }, '')) ?? {};
  expect([source, kustomization].map((made) => made?.metadata)).toEqual([
    { name: 'fleet', namespace: 'flux-system' },
    { name: 'fleet', namespace: 'flux-system' },
  ]);
  expect(kustomization?.spec).toMatchObject({ sourceRef: { name: 'fleet' } });
});

test.each([
  ['OCIRepository', 'oci://example.com/fleet', 'latest', { interval: '1m', url: 'oci://example.com/fleet', ref: { tag: 'latest' } }],
  ['Bucket', 'minio.example.com', 'fleet', { interval: '1m', endpoint: 'minio.example.com', bucketName: 'fleet' }],
])('a sync of kind %s is one', (kind, url, ref, spec) => {
  const { source, kustomization } = instanceSync(instance({ sync: { ...sync, kind, url, ref } })) ?? {};
  expect(source).toMatchObject({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind });
  expect(source?.spec).toEqual(spec);
  expect(kustomization?.spec).toMatchObject({ sourceRef: { kind, name: 'flux-system' } });
});

test('only patches of what is made are of interest', () => {
  const of = (kind: string | undefined) => ({ target: kind === undefined ? { name: 'flux-system' } : { kind }, patch: '[]' });
  const inline = (kind: string) => ({ patch: `apiVersion: v1\nkind: ${kind}\nmetadata: {name: flux-system}\n` });
  const mine = [of('Kustomization'), of('(GitRepository|OCIRepository)'), of(undefined), inline('GitRepository')];
  const others = [of('Deployment'), of('OCIRepository'), of('Kustom'), of('('), inline('Deployment'), null, 7, { target: null }];
  expect(instanceSync(instance({ sync, kustomize: { patches: [...others, ...mine] } }))?.patches).toEqual(mine);
});

test.each([
  ['no spec', { apiVersion: 'fluxcd.controlplane.io/v1', kind: 'FluxInstance', metadata: { name: 'flux' } }],
  ['no sync', instance({})],
  ['a sync that a patch completes', instance({ sync: { path: 'clusters/prd' } })],
  ['a sync of an unknown kind', instance({ sync: { ...sync, kind: 'HelmRepository' } })],
  ['a sync whose path is no text', instance({ sync: { ...sync, path: 7 } })],
  ['a sync whose name is no text', instance({ sync: { ...sync, name: 7 } })],
  ['a sync that is null', instance({ sync: null, kustomize: null })],
])('nothing is made of %s', (_, object) => {
  expect(instanceSync(object)).toBeUndefined();
});
