import fc from 'fast-check';
import { FairleadError } from '../../src/common/errors';
import type { ChartLibrary } from '../../src/preview/chart-library';
import { previewOf } from '../../src/preview/preview-of';
import { createEngine } from '../../src/render/engine';
import { oddlyChanged } from '../support/odd-values';
import { runs } from '../support/runs';
import { chart, configMap, definition, gitRepository, kustomization, release, yaml } from './flux-repository';
import { MemoryTree } from './memory-tree';

const engine = createEngine();
afterAll(() => engine.close());

const nowhere: ChartLibrary = {
  published: () => Promise.reject(new FairleadError('FL0000', 'nothing is published', '')),
  artifact: () => Promise.reject(new FairleadError('FL0000', 'nothing is published', '')),
};

const SYNC = [
  gitRepository(),
  kustomization('flux-system', './clusters/prd'),
  kustomization('apps', './apps', {
    dependsOn: [{ name: 'flux-system' }],
    postBuild: { substitute: { color: 'red' }, substituteFrom: [{ kind: 'ConfigMap', name: 'colors' }] },
    patches: [{ target: { kind: 'ConfigMap' }, patch: '[{"op": "add", "path": "/data/b", "value": "c"}]' }],
    images: [{ name: 'a', newTag: 'b' }],
    targetNamespace: 'dev',
  }),
  configMap('colors', 'flux-system', { color: 'blue' }),
];
const APPS = [
  release('web', 'dev', {
    releaseName: 'web',
    targetNamespace: 'dev',
    storageNamespace: 'dev',
    install: { crds: 'Create' },
    values: { color: 'green', list: [1, { a: 'b' }] },
    valuesFrom: [{ kind: 'ConfigMap', name: 'settings', valuesKey: 'a', targetPath: 'a.b' }],
    postRenderers: [{ kustomize: { patches: [{ patch: 'kind: ConfigMap' }], images: [{ name: 'a', newTag: 'b' }] } }],
    commonMetadata: { labels: { a: 'b' } },
    dependsOn: [{ name: 'settings' }],
  }),
  configMap('settings', 'dev', { a: 'b' }),
  definition('example.com', 'Widget', 'Cluster'),
];
test('whatever stands where something else belongs, a preview is made or refused in words for people', async () => {
  await fc.assert(
    fc.asyncProperty(oddlyChanged([...SYNC, ...APPS]), async (objects) => {
      const files = {
        'clusters/prd/sync.yaml': yaml(...objects.slice(0, SYNC.length)),
        'apps/apps.yaml': yaml(...objects.slice(SYNC.length)),
        ...chart('{{ .Values.color }}'),
      };
      const made = previewOf(new MemoryTree(files), '', { engine, charts: nowhere });
      const refused = await made.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused !== undefined && !(refused instanceof FairleadError)) throw refused;
    }),
    { numRuns: runs(300) },
  );
}, 120_000);
