import fc from 'fast-check';
import { FairleadError } from '../../src/common/errors';
import type { ChartLibrary } from '../../src/preview/chart-library';
import { previewOf } from '../../src/preview/preview-of';
import { createEngine } from '../../src/render/engine';
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
const OBJECTS = [...SYNC, ...APPS];
const ODD = [null, 123, -1.5, true, '', '../..', 'x\u0000', [], {}, [null], ['a'], { a: null }, { a: { b: [] } }, [[{}]]];

type Path = readonly (string | number)[];

/** Everywhere in an object but itself. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [[...path, key], ...pathsIn(below, [...path, key])]);
}

function withOdd(object: object, path: Path, odd: unknown): object {
  const copy = structuredClone(object);
  const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy as Record<string, unknown>);
  holder[path[path.length - 1]] = odd;
  return copy;
}

const change = fc.nat(OBJECTS.length - 1).chain((index) =>
  fc.record({
    index: fc.constant(index),
    path: fc.constantFrom(...pathsIn(OBJECTS[index])),
    odd: fc.constantFrom(...ODD),
  }),
);

test('whatever stands where something else belongs, a preview is made or refused in words for people', async () => {
  await fc.assert(
    fc.asyncProperty(change, async ({ index, path, odd }) => {
      const objects = OBJECTS.with(index, withOdd(OBJECTS[index], path, odd));
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
    { numRuns: 300 },
  );
}, 120_000);
