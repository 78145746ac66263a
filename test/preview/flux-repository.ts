import { stringify } from 'yaml';

type Json = { readonly [field: string]: unknown };

export const yaml = (...objects: readonly object[]): string => objects.map((object) => `---\n${stringify(object)}`).join('');

export const GIT = { kind: 'GitRepository', name: 'flux-system' };

export const kustomization = (name: string, path: string, spec: Json = {}, annotations?: Json): object => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'flux-system', ...(annotations && { annotations }) },
  spec: { interval: '10m', path, prune: true, sourceRef: GIT, ...spec },
});

export const gitRepository = (name = 'flux-system', url = 'ssh://git@example.com/fleet', ref: Json = { branch: 'main' }): object => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'flux-system' },
  spec: { interval: '1m', url, ref },
});

/** A release of a chart in the repository. */
export const release = (name: string, namespace: string, spec: Json = {}, chart: Json = {}): object => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name, namespace },
  spec: { interval: '10m', chart: { spec: { chart: 'charts/web', sourceRef: { ...GIT, namespace: 'flux-system' }, ...chart } }, ...spec },
});

export const configMap = (name: string, namespace: string, data: Json): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

export const definition = (group: string, kind: string, scope: 'Cluster' | 'Namespaced'): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: { group, scope, names: { kind, plural: `${kind.toLowerCase()}s` }, versions: [{ name: 'v1', served: true, storage: true }] },
});

/** A chart of one ConfigMap, which says what it is told. */
export const chart = (data: string, more: Readonly<Record<string, string>> = {}, folder = 'charts/web'): Record<string, string> => ({
  [`${folder}/Chart.yaml`]: 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  [`${folder}/values.yaml`]: 'color: grey\n',
  [`${folder}/templates/settings.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  said: ${data}\n`,
  ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`${folder}/${path}`, text])),
});

/** As `flux bootstrap` begins one: the cluster's folder applies itself. */
export const cluster = (name: string, ...others: readonly object[]): Record<string, string> => ({
  [`clusters/${name}/flux-system/gotk-sync.yaml`]: yaml(gitRepository(), kustomization('flux-system', `./clusters/${name}`)),
  [`clusters/${name}/layers.yaml`]: yaml(...others),
});
