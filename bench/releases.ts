import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../src/model/object';
import { appObjects } from './apps';
import { reconcileBench } from './reconcile';

const chart = join(__dirname, '../examples/podinfo/charts/podinfo');

/** N releases of the example's chart with 0 replicas. */
export async function releasesBench(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `release-${index}`);
  await reconcileBench({
    bench: 'helmreleases',
    kind: kinds.HelmRelease,
    files: Object.fromEntries(
      readdirSync(chart, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [`charts/podinfo/${file.slice(chart.length + 1)}`, readFileSync(file, 'utf8')]),
    ),
    namespaces: ['apps'],
    objects: names.map(
      (name): KubeObject => ({
        apiVersion: apiVersionOf(kinds.HelmRelease),
        kind: kinds.HelmRelease.kind,
        metadata: { name, namespace: 'apps' },
        spec: {
          interval: '60m',
          timeout: '5m',
          driftDetection: { mode: 'enabled' },
          chart: {
            spec: {
              chart: 'charts/podinfo',
              reconcileStrategy: 'Revision',
              sourceRef: { kind: 'GitRepository', name: 'bench', namespace: 'flux-system' },
            },
          },
          values: { replicaCount: 0 },
        },
      }),
    ),
    floor: { namespaces: ['floor'], objects: names.map((name) => [storageSecret(name), ...appObjects(name, 'floor').slice(1, 3)]) },
  });
}

/** As large as the storage record of a small chart; random, as gzip's output is. */
function storageSecret(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `sh.helm.release.v1.${name}.v1`, namespace: 'floor', labels: { owner: 'floor', name } },
    type: 'helm.sh/release.v1',
    data: { release: randomBytes(6_000).toString('base64') },
  };
}
