import { broughtInside, type Inside, layerFolders } from '../../../src/cli/sandbox/brought-inside';
import type { KubeObject } from '../../../src/model/object';
import type { PreviewLayer } from '../../../src/preview/types';
import { gitRepository, kustomization, release } from '../../preview/flux-repository';

const inside: Inside = {
  url: 'http://127.0.0.1:1/sandbox.git',
  branch: 'main',
  layers: new Map([['flux-system/apps', 'dist/prd/apps']]),
  charts: new Map([['dev/web', 'charts/web-1.2.3-abc']]),
  placeholders: true,
  root: { namespace: 'flux-system', name: 'flux-system', source: { kind: 'GitRepository', namespace: 'flux-system', name: 'flux-system' } },
  source: { url: 'ssh://git@example.com/fleet', ref: { branch: 'main' } },
};
const bring = (object: object, change: Partial<Inside> = {}) => broughtInside(object as KubeObject, { ...inside, ...change });

test('the repository of the platform is that of the sandbox, under every name it has; another one stays', () => {
  const spec = { interval: '1m', url: inside.url, ref: { branch: 'main' } };
  const own = gitRepository() as KubeObject & { spec: object };
  expect(bring({ ...own, spec: { ...own.spec, secretRef: { name: 'key' }, ref: { tag: 'v1' } } })?.spec).toEqual(spec);
  expect(bring(gitRepository('again'))?.spec).toEqual(spec);
  expect(bring(gitRepository('other', 'ssh://git@example.com/other'))).toEqual(gitRepository('other', 'ssh://git@example.com/other'));
});

test('a Kustomization reads what is built already, and waits for nobody to confirm or bind anything', () => {
  const annotations = { 'fairlead.dev/deletion-budget': '0', 'fairlead.dev/cluster-uid': 'u', 'fairlead.dev/kubernetes-version': '1.36' };
  const spec = { targetNamespace: 'dev', patches: [{}], postBuild: { substitute: {} }, decryption: {}, wait: true, dependsOn: [{ name: 'base' }] };
  expect(bring(kustomization('apps', './apps', spec, annotations))).toEqual(
    kustomization('apps', './dist/prd/apps', { wait: true, dependsOn: [{ name: 'base' }] }, { 'fairlead.dev/kubernetes-version': '1.36' }),
  );
});

test('one of another repository stays as it is', () => {
  expect(bring(kustomization('shared', './shared'))).toEqual(kustomization('shared', './shared'));
});

test('a release takes its chart from the repository of the sandbox, values files already in it', () => {
  const object = release('web', 'dev', { values: { a: 1 }, kubeConfig: {} }, { valuesFiles: ['a.yaml'], version: '1.x' }) as KubeObject;
  const brought = bring({ ...object, metadata: { ...object.metadata, annotations: { 'fairlead.dev/chart-digest': 'sha256:1' } } });
  expect(brought?.metadata.annotations).toEqual({});
  expect(brought?.spec).toEqual({
    interval: '10m',
    values: { a: 1 },
    chart: { spec: { chart: 'charts/web-1.2.3-abc', reconcileStrategy: 'Revision', sourceRef: inside.root.source } },
  });
});

test.each([
  ['HelmRepository', 'source.toolkit.fluxcd.io/v1'],
  ['ImageRepository', 'image.toolkit.fluxcd.io/v1'],
  ['Alert', 'notification.toolkit.fluxcd.io/v1beta3'],
])('a %s, which would ask or tell somebody outside, is left out', (kind, apiVersion) => {
  expect(bring({ apiVersion, kind, metadata: { name: 'a', namespace: 'dev' }, spec: { url: 'https://example.com' } })).toBeUndefined();
});

describe('what makes a Secret', () => {
  const sealed = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'auth', namespace: 'dev' },
    spec: { encryptedData: { a: '…' } },
  };
  const waiting = release('web', 'dev') as KubeObject;
  const annotated = {
    ...waiting,
    metadata: { ...waiting.metadata, annotations: { 'fairlead.dev/depends-on': 'SealedSecret/dev/auth,HelmRelease/dev/db' } },
  };

  test('is the Secret with dummies, and what waits for it waits for the Secret', () => {
    expect(bring(sealed)).toMatchObject({ kind: 'Secret', stringData: { a: 'placeholder' } });
    expect(bring(annotated)?.metadata.annotations).toEqual({ 'fairlead.dev/depends-on': 'Secret/dev/auth,HelmRelease/dev/db' });
  });

  test('stays where no dummies are wanted', () => {
    expect(bring(sealed, { placeholders: false })).toBe(sealed);
    expect(bring(annotated, { placeholders: false })?.metadata.annotations).toEqual({
      'fairlead.dev/depends-on': 'SealedSecret/dev/auth,HelmRelease/dev/db',
    });
  });
});

test('layers have folders as synth names them; two of one name have their own', () => {
  const layer = (name: string, namespace: string, path?: string): PreviewLayer => ({
    ...{ cluster: 'prd', name, path, kustomization: { namespace, name } },
    ...{ namespaces: [], objects: [], releases: [], problems: [] },
  });
  const layers = [layer('apps', 'flux-system', 'apps'), layer('db', 'a', 'a'), layer('db', 'b', 'b'), layer('far', 'flux-system')];
  expect(Object.fromEntries(layerFolders({ name: 'prd', layers }))).toEqual({
    'flux-system/apps': 'dist/prd/apps',
    'a/db': 'dist/prd/db.a.db',
    'b/db': 'dist/prd/db.b.db',
  });
});
