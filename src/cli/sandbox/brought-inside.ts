import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import type { PreviewCluster, PreviewLayer } from '../../preview/types';
import { placeholderFor } from './placeholder-secret';

/** What a sandbox has in place of what is outside. */
export interface Inside {
  /** Address of its Git repository. */
  readonly url: string;
  /** Branch of it. */
  readonly branch: string;
  /** Folders of layers in it, by `namespace/name` of their Kustomizations; others are in another repository. */
  readonly layers: ReadonlyMap<string, string>;
  /** Folders of charts in it, by `namespace/name` of releases. */
  readonly charts: ReadonlyMap<string, string>;
  /** Whether Secrets that others would make are dummies. */
  readonly placeholders: boolean;
  readonly root: NonNullable<PreviewCluster['root']>;
  /** Spec of the GitRepository that the root reads. */
  readonly source?: { readonly url?: unknown; readonly ref?: unknown };
}

type Spec = { readonly [field: string]: unknown };

/** Fields of a Kustomization that are carried out before its objects come here, or that name what is not here. */
const CARRIED_OUT = [
  ...['targetNamespace', 'namePrefix', 'nameSuffix', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'images', 'components'],
  ...['ignoreMissingComponents', 'buildMetadata', 'postBuild', 'decryption', 'healthChecks', 'kubeConfig', 'serviceAccountName'],
];

/** Groups of kinds that ask or tell somebody outside. */
const OUTSIDE = new Set(['image.toolkit.fluxcd.io', 'notification.toolkit.fluxcd.io']);

/** An object as a cluster gets it that can reach nobody. Undefined: it would only reach out. */
export function broughtInside(object: KubeObject, inside: Inside): KubeObject | undefined {
  const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
  if (OUTSIDE.has(group)) return undefined;
  if (group === kinds.GitRepository.group) return sourceInside(object, inside);
  if (group === kinds.Kustomization.group && object.kind === kinds.Kustomization.kind) return kustomizationInside(object, inside);
  const waiting = inside.placeholders ? waitsForSecrets(object) : object;
  if (group === kinds.HelmRelease.group && object.kind === kinds.HelmRelease.kind) return releaseInside(waiting, inside);
  return (inside.placeholders ? placeholderFor(waiting) : undefined) ?? waiting;
}

/** Charts come from Git, so nothing else is asked for them. */
function sourceInside(object: KubeObject, { url, branch, root, source }: Inside): KubeObject | undefined {
  if (object.kind !== kinds.GitRepository.kind) return undefined;
  const { secretRef, proxySecretRef, certSecretRef, verify, ignore, include, recurseSubmodules, ...spec } = object.spec as Spec;
  const isRoot = object.metadata.name === root.source.name && object.metadata.namespace === root.source.namespace;
  const isSame = source !== undefined && spec.url === source.url && JSON.stringify(spec.ref) === JSON.stringify(source.ref);
  return isRoot || isSame ? { ...object, spec: { ...spec, url, ref: { branch } } } : object;
}

function kustomizationInside(object: KubeObject, { layers }: Inside): KubeObject {
  const folder = layers.get(`${object.metadata.namespace}/${object.metadata.name}`);
  if (folder === undefined) return object;
  const spec = Object.fromEntries(Object.entries(object.spec as Spec).filter(([field]) => !CARRIED_OUT.includes(field)));
  // It is thrown away: deletions need no confirmation, and it is no cluster that a folder is bound to.
  const { [annotations.deletionBudget]: _budget, [annotations.clusterUid]: _uid, ...kept } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations: kept }, spec: { ...spec, path: `./${folder}` } };
}

function releaseInside(object: KubeObject, { charts, root }: Inside): KubeObject {
  const folder = charts.get(`${object.metadata.namespace}/${object.metadata.name}`);
  if (folder === undefined) return object;
  const { chartRef, kubeConfig, serviceAccountName, ...spec } = object.spec as Spec;
  const { [annotations.chartDigest]: _digest, ...kept } = object.metadata.annotations ?? {};
  const { kind, namespace, name } = root.source;
  const chart = { spec: { chart: folder, reconcileStrategy: 'Revision', sourceRef: { kind, namespace, name } } };
  return { ...object, metadata: { ...object.metadata, annotations: kept }, spec: { ...spec, chart } };
}

/** What waits for an object that makes a Secret waits for the Secret. */
function waitsForSecrets(object: KubeObject): KubeObject {
  const { [annotations.dependsOn]: dependencies, ...others } = object.metadata.annotations ?? {};
  if (dependencies === undefined) return object;
  const onSecrets = dependencies.replace(/\b(SealedSecret|ExternalSecret)\//g, 'Secret/');
  return { ...object, metadata: { ...object.metadata, annotations: { ...others, [annotations.dependsOn]: onSecrets } } };
}

/** Folders of the layers that are in the tree, named as synth names them. */
export function layerFolders({ name, layers }: PreviewCluster): Map<string, string> {
  const here = layers.filter((layer): layer is PreviewLayer & Required<Pick<PreviewLayer, 'kustomization'>> => {
    return layer.kustomization !== undefined && layer.path !== undefined;
  });
  return new Map(
    here.map((layer) => {
      const { namespace, name: own } = layer.kustomization;
      const isShared = here.some((other) => other !== layer && other.name === layer.name);
      return [`${namespace}/${own}`, `dist/${name}/${isShared ? `${layer.name}.${namespace}.${own}` : layer.name}`];
    }),
  );
}
