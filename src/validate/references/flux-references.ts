import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { splitApiVersion } from '../../model/object';
import { isMap, metadataOf, type RawObject } from '../manifest';
import type { Field } from '../schema/field';
import { mapsIn } from './pod-references';
import type { Reference } from './reference';

const SOURCE = kinds.GitRepository.group;
const FLUX = /\.toolkit\.fluxcd\.io$/;

/** What Flux's objects and the agent's annotations name: sources, charts, dependencies, values and credentials. */
export function fluxReferences(object: RawObject, namespace: string): Reference[] {
  const { group } = splitApiVersion(object.apiVersion);
  const { spec } = object;
  const found = annotated(object);
  if (!FLUX.test(group) || !isMap(spec)) return found;

  const add = (to: { group: string; kind: unknown; name: unknown; namespace?: unknown }, field: Field, isFromGit = false, key?: unknown) => {
    if (typeof to.kind !== 'string' || typeof to.name !== 'string' || to.name === '' || to.name === '*') return;
    const home = typeof to.namespace === 'string' ? to.namespace : namespace;
    found.push({ group: to.group, kind: to.kind, name: to.name, namespace: home, field, isFromGit, ...(typeof key === 'string' && { key }) });
  };
  const chart = isMap(spec.chart) && isMap(spec.chart.spec) ? spec.chart.spec : undefined;
  if (isMap(spec.sourceRef)) {
    const { kind, name, namespace: home } = spec.sourceRef;
    // Controllers of anybody's own make ExternalArtifacts.
    add({ group: SOURCE, kind, name, namespace: home }, ['spec', 'sourceRef'], kind !== 'ExternalArtifact');
  }
  if (isMap(spec.chartRef))
    add({ group: SOURCE, kind: spec.chartRef.kind, name: spec.chartRef.name, namespace: spec.chartRef.namespace }, ['spec', 'chartRef'], true);
  if (isMap(chart?.sourceRef))
    add(
      { group: SOURCE, kind: chart.sourceRef.kind, name: chart.sourceRef.name, namespace: chart.sourceRef.namespace },
      ['spec', 'chart', 'spec', 'sourceRef'],
      true,
    );
  for (const [one, index] of mapsIn(spec.dependsOn))
    add({ group, kind: object.kind, name: one.name, namespace: one.namespace }, ['spec', 'dependsOn', index], true);
  // Versions of charts are of no image.
  if (isMap(spec.imageRepositoryRef) && !isOfChart(object))
    add({ group, kind: 'ImageRepository', ...named(spec.imageRepositoryRef) }, ['spec', 'imageRepositoryRef'], true);
  if (isMap(spec.providerRef)) add({ group, kind: 'Provider', ...named(spec.providerRef) }, ['spec', 'providerRef'], true);

  for (const [one, index] of mapsIn(spec.valuesFrom)) {
    const key = typeof one.valuesKey === 'string' ? one.valuesKey : 'values.yaml';
    if (one.optional !== true) add({ group: '', kind: one.kind, name: one.name }, ['spec', 'valuesFrom', index], false, key);
  }
  const substitutes = isMap(spec.postBuild) ? mapsIn(spec.postBuild.substituteFrom) : [];
  for (const [one, index] of substitutes)
    if (one.optional !== true) add({ group: '', kind: one.kind, name: one.name }, ['spec', 'postBuild', 'substituteFrom', index]);
  add({ group: '', kind: 'ServiceAccount', name: spec.serviceAccountName }, ['spec', 'serviceAccountName']);
  // The keys to the repository itself and to what it encrypts are in the cluster before anything of it is.
  const credentials = object.kind === kinds.GitRepository.kind ? ['proxySecretRef'] : ['secretRef', 'certSecretRef', 'proxySecretRef'];
  for (const field of credentials) if (isMap(spec[field])) add({ group: '', kind: 'Secret', name: spec[field].name }, ['spec', field]);
  for (const field of ['verify', 'kubeConfig']) {
    const within = spec[field];
    if (isMap(within) && isMap(within.secretRef)) add({ group: '', kind: 'Secret', name: within.secretRef.name }, ['spec', field, 'secretRef']);
  }
  return found;
}

/** `Kind/namespace/name,…` of our own annotation. */
function annotated(object: RawObject): Reference[] {
  const { annotations: given } = metadataOf(object);
  const text = isMap(given) ? given[annotations.dependsOn] : undefined;
  if (typeof text !== 'string') return [];
  return text.split(',').flatMap((one): Reference[] => {
    const [kind, namespace, name] = one.trim().split('/');
    const known = Object.values(kinds).find((it) => it.kind === kind);
    if (known === undefined || name === undefined) return [];
    return [{ group: known.group, kind, namespace, name, field: ['metadata', 'annotations', annotations.dependsOn], isFromGit: true }];
  });
}

function named(reference: { readonly [field: string]: unknown }): { name: unknown; namespace?: unknown } {
  return { name: reference.name, namespace: reference.namespace };
}

function isOfChart(object: RawObject): boolean {
  const { annotations: given } = metadataOf(object);
  return isMap(given) && annotations.chart in given;
}
