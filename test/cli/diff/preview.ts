import { idOf, type KubeObject } from '../../../src/model/object';
import type { Preview, PreviewCluster, PreviewLayer, PreviewObject, PreviewRelease } from '../../../src/preview/types';

/** Builders of previews, as trees of files would give them. */
export function preview(...clusters: PreviewCluster[]): Preview {
  return { clusters };
}

export function cluster(name: string, layers: readonly Omit<PreviewLayer, 'cluster'>[], options: Partial<PreviewCluster> = {}): PreviewCluster {
  return { name, branch: 'main', layers: layers.map((layer) => ({ ...layer, cluster: name })), ...options };
}

export function layer(
  name: string,
  objects: readonly KubeObject[],
  options: Partial<Omit<PreviewLayer, 'cluster'>> = {},
): Omit<PreviewLayer, 'cluster'> {
  return {
    name,
    namespaces: [name],
    objects: objects.map(given),
    releases: [],
    problems: [],
    kustomization: { namespace: 'flux-system', name },
    ...options,
  };
}

export function release(name: string, objects: readonly KubeObject[], options: Partial<PreviewRelease> = {}): PreviewRelease {
  return {
    namespace: 'dev',
    name,
    file: `dist/gke/dev/${name}.yaml`,
    releaseName: name,
    releaseNamespace: 'dev',
    chart: { name: 'podinfo', version: '1.0.0' },
    objects: objects.map(given),
    hooks: [],
    ...options,
  };
}

export function given(object: KubeObject): PreviewObject {
  return { id: idOf(object), object, file: `dist/${object.kind.toLowerCase()}-${object.metadata.name}.yaml`, document: 1 };
}

export function object(apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'dev', ...metadata }, ...rest };
}

export function deployment(name: string, image: string, spec: object = {}): KubeObject {
  const template = { spec: { containers: [{ name: 'app', image }] } };
  return object('apps/v1', 'Deployment', name, { spec: { template, selector: { matchLabels: { app: name } }, ...spec } });
}

export function configMap(name: string, data: object, metadata: object = {}): KubeObject {
  return object('v1', 'ConfigMap', name, { data }, metadata);
}

export function secret(name: string, values: Readonly<Record<string, string>>): KubeObject {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return object('v1', 'Secret', name, { data });
}

/** The Kustomization of a layer, as `_sync` holds it. */
export function kustomization(name: string, spec: object = {}, annotations: object = {}): KubeObject {
  return object(
    'kustomize.toolkit.fluxcd.io/v1',
    'Kustomization',
    name,
    { spec: { prune: true, path: `./dist/gke/${name}`, ...spec } },
    { namespace: 'flux-system', annotations },
  );
}

export function sync(...kustomizations: readonly KubeObject[]): Omit<PreviewLayer, 'cluster'> {
  return layer('_sync', kustomizations, { kustomization: { namespace: 'flux-system', name: 'gke' } });
}
