import type { RootedCluster } from '../../../src/cli/sandbox/choose-cluster';
import { sandboxFiles } from '../../../src/cli/sandbox/sandbox-files';
import { previewOf } from '../../../src/preview/preview-of';
import { createEngine } from '../../../src/render/engine';
import { chart, cluster, configMap, kustomization, release, yaml } from '../../preview/flux-repository';
import { MemoryTree } from '../../preview/memory-tree';

const engine = createEngine();
afterAll(() => engine.close());

test('the repository of a sandbox holds layers as built, charts once, Secrets that nobody makes, and a folder for an empty layer', async () => {
  const tree = new MemoryTree({
    ...cluster('prd', kustomization('apps', './apps', { targetNamespace: 'shop' }), kustomization('alerts', './alerts')),
    'apps/kustomization.yaml': 'resources: [web.yaml]\n',
    'apps/web.yaml': yaml(
      configMap('settings', 'default', { a: 'b' }),
      release('web', 'default', { valuesFrom: [{ kind: 'Secret', name: 'values' }] }),
      release('more', 'default'),
    ),
    'alerts/alert.yaml': yaml({
      apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
      kind: 'Alert',
      metadata: { name: 'a', namespace: 'flux-system' },
    }),
    ...chart('x'),
  });
  const { clusters } = await previewOf(tree, '', { engine, charts: {} as never });
  const { files, start } = await sandboxFiles(clusters[0] as RootedCluster, {
    url: 'http://127.0.0.1:1/sandbox.git',
    branch: 'main',
    placeholders: true,
  });
  const folder = [...files.keys()].find((path) => path.endsWith('Chart.yaml'))?.replace('/Chart.yaml', '') ?? '';
  expect(folder).toMatch(/^charts\/web-1\.2\.3-[0-9a-f]{12}$/);
  expect([...files.keys()].sort()).toEqual([
    ...['Chart.yaml', 'templates/settings.yaml', 'values.yaml'].map((name) => `${folder}/${name}`),
    'dist/prd/alerts/.keep',
    'dist/prd/apps/ConfigMap_shop_settings.yaml',
    'dist/prd/apps/Secret_shop_values.yaml',
    'dist/prd/apps/helm.toolkit.fluxcd.io_HelmRelease_shop_more.yaml',
    'dist/prd/apps/helm.toolkit.fluxcd.io_HelmRelease_shop_web.yaml',
    'dist/prd/flux-system/kustomize.toolkit.fluxcd.io_Kustomization_flux-system_alerts.yaml',
    'dist/prd/flux-system/kustomize.toolkit.fluxcd.io_Kustomization_flux-system_apps.yaml',
    'dist/prd/flux-system/kustomize.toolkit.fluxcd.io_Kustomization_flux-system_flux-system.yaml',
    'dist/prd/flux-system/source.toolkit.fluxcd.io_GitRepository_flux-system_flux-system.yaml',
  ]);
  expect(start.map(({ kind, spec }) => [kind, (spec as { url?: string; path?: string }).url ?? (spec as { path?: string }).path])).toEqual([
    ['GitRepository', 'http://127.0.0.1:1/sandbox.git'],
    ['Kustomization', './dist/prd/flux-system'],
  ]);
});
