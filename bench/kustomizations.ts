import { dump } from 'js-yaml';
import { kinds } from '../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../src/model/object';
import { appObjects } from './apps';
import { reconcileBench } from './reconcile';

/** N Kustomizations of four objects each, waiting for health. */
export async function kustomizationsBench(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `app-${index}`);
  await reconcileBench({
    bench: 'kustomizations',
    kind: kinds.Kustomization,
    files: Object.fromEntries(
      names.map((name) => [
        `apps/${name}/app.yaml`,
        appObjects(name, 'apps')
          .map((object) => dump(object))
          .join('---\n'),
      ]),
    ),
    namespaces: ['apps'],
    objects: names.map(
      (name): KubeObject => ({
        apiVersion: apiVersionOf(kinds.Kustomization),
        kind: kinds.Kustomization.kind,
        metadata: { name, namespace: 'flux-system' },
        spec: {
          interval: '60m',
          prune: true,
          wait: true,
          timeout: '5m',
          path: `./apps/${name}`,
          sourceRef: { kind: 'GitRepository', name: 'bench' },
        },
      }),
    ),
    floor: { namespaces: ['floor'], objects: names.map((name) => appObjects(name, 'floor')) },
  });
}
