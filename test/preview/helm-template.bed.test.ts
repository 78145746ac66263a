import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import type { HelmReleaseSpec } from '../../src/model/helm-release';
import { annotations, labels } from '../../src/model/labels';
import type { KubeObject } from '../../src/model/object';
import { openTree } from '../../src/preview/open-tree';
import { previewOf } from '../../src/preview/preview-of';
import { createEngine } from '../../src/render/engine';
import { binaries } from '../../src/testbed/binaries';
import { BUILD_TIMEOUT_MS } from '../support/bed';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'podinfo');
const folder = mkdtempSync(join(tmpdir(), 'fairlead-helm-'));
let helm: string;

beforeAll(async () => {
  helm = (await binaries(['helm'])).helm;
}, BUILD_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true }));

test('a release is what helm template prints of its chart and values, and what the agent adds', async () => {
  const engine = createEngine();
  const { tree, prefix } = await openTree(EXAMPLE);
  const { clusters } = await previewOf(tree, `${prefix}dist`, { engine, charts: {} as never });
  await engine.close();
  const layers = clusters.flatMap((cluster) => cluster.layers);
  const compared = layers.flatMap(({ objects, releases }) =>
    releases.map(async ({ namespace, name, releaseName, ...preview }) => {
      const object = objects.find(({ id }) => id.kind === 'HelmRelease' && id.name === name)?.object as KubeObject & { spec: HelmReleaseSpec };
      const values = join(folder, `${name}.json`);
      writeFileSync(values, JSON.stringify(object.spec.values));
      const args = ['template', releaseName, join(EXAMPLE, 'charts', 'podinfo'), '--namespace', namespace, '--values', values];
      const { stdout } = await promisify(execFile)(helm, [...args, '--kube-version', 'v1.36.0']);
      const added = (printed: KubeObject): KubeObject => ({
        ...printed,
        metadata: {
          ...printed.metadata,
          namespace,
          labels: { ...printed.metadata.labels, [labels.managedBy]: 'Helm', [labels.helmName]: name, [labels.helmNamespace]: namespace },
          annotations: { ...printed.metadata.annotations, [annotations.helmReleaseName]: releaseName, [annotations.helmReleaseNamespace]: namespace },
        },
      });
      expect(preview.objects.map((one) => one.object)).toEqual((loadAll(stdout) as KubeObject[]).map(added));
    }),
  );
  expect(compared).toHaveLength(3);
  await Promise.all(compared);
});
