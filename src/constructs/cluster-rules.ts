import { ApiObject } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { keyOf, nameOf } from '../model/object';
import { sealsOf } from '../synth/seal-requests';
import { clusterSealWarnings } from '../synth/seal-warnings';
import { sealBookOf } from '../synth/seals';
import { warnOf } from '../synth/warnings';
import type { Cluster } from './cluster';
import { dependencyCycles } from './dependency-cycles';
import { ExternalSecret } from './external-secret';
import { HelmRelease } from './helm-release';
import { Layer } from './layer';
import { isDnsLabel } from './names';
import { identityOf } from './object-identity';
import { SealedSecret } from './sealed-secret';
import { validate } from './validation';

const KUBERNETES_VERSION = /^v?1\.\d+(\.\d+)?$/;

/** What must hold for a cluster as a whole. */
export function validateCluster(cluster: Cluster): void {
  validate(cluster, () => {
    const constructs = cluster.node.findAll();
    const releases = constructs.filter(HelmRelease.isHelmRelease);
    const secrets = constructs.filter((construct) => SealedSecret.isSealedSecret(construct) || ExternalSecret.isExternalSecret(construct));
    const { id } = cluster.node;
    const certificates = secrets.some(SealedSecret.isSealedSecret) ? sealBookOf(cluster)?.certificatesOf(id) : undefined;
    return [
      ...(isDnsLabel(id) ? [] : [errors.NameInvalid({ what: 'cluster', name: id })]),
      ...(KUBERNETES_VERSION.test(cluster.kubernetesVersion) ? [] : [errors.KubernetesVersionInvalid({ version: cluster.kubernetesVersion })]),
      ...releasesTwice(releases),
      ...objectsInTwoLayers(constructs.filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))),
      ...(certificates?.problem ? [certificates.problem] : []),
      ...dependencyCycles(constructs.filter(Layer.isLayer), [...releases, ...secrets]),
    ];
  });
  warnOf(cluster, () => {
    const book = sealBookOf(cluster);
    return book ? clusterSealWarnings(cluster.node.id, book, sealsOf(cluster.node.root)) : [];
  });
}

function releasesTwice(releases: readonly HelmRelease[]): FairleadError[] {
  return pairs(releases, ({ namespace, releaseName }) => `${namespace}/${releaseName}`).map(([first, second]) =>
    errors.ReleaseNameTaken({ release: second.releaseName, namespace: second.namespace, first: first.node.path, second: second.node.path }),
  );
}

/** Within one layer the writer sees it. */
function objectsInTwoLayers(objects: readonly ApiObject[]): FairleadError[] {
  return pairs(objects, (object) => keyOf(identityOf(object)))
    .filter(([first, second]) => Layer._find(first) !== Layer._find(second))
    .map(([first, second]) => errors.ObjectInLayers({ object: nameOf(identityOf(second)), first: first.node.path, second: second.node.path }));
}

/** Each item with the first one of the same key before it. */
function pairs<T>(items: readonly T[], key: (item: T) => string): [first: T, second: T][] {
  const firsts = new Map<string, T>();
  const found: [T, T][] = [];
  for (const item of items) {
    const first = firsts.get(key(item));
    if (first === undefined) firsts.set(key(item), item);
    else found.push([first, item]);
  }
  return found;
}
