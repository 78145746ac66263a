import { fieldManagers } from '../../model/labels';
import type { ManifestObject } from '../../model/object';
import type { CrdPolicy, HelmRelease } from './helm-release';
import { untilHealthy } from './objects';
import { originLabels } from './origin';
import type { Work } from './work';

/** Flux's default is Create, for installs and upgrades alike. */
export function crdPolicy(object: HelmRelease, attempt: 'install' | 'upgrade'): CrdPolicy {
  const { install, upgrade } = object.spec;
  if (attempt === 'upgrade') return upgrade?.crds ?? 'Create';
  return install?.crds ?? (install?.skipCRDs ? 'Skip' : 'Create');
}

const ESTABLISH_TIMEOUT_MS = 60_000;

/**
 * Brings a chart's `crds/` into the cluster, ahead of everything else, and waits until they are established.
 * True where one was created or changed: what the cluster can do is no longer what it was.
 */
export async function applyCrds(work: Work, inChart: readonly ManifestObject[], policy: CrdPolicy): Promise<boolean> {
  const crds = inChart.filter((object) => object.group === 'apiextensions.k8s.io' && object.kind === 'CustomResourceDefinition');
  if (policy === 'Skip' || crds.length === 0) return false;
  const wanted = policy === 'Create' ? await absent(work, crds) : crds;
  if (wanted.length === 0) return false;

  const { results, failed } = await work.cluster.applied.apply({
    owner: work.owner,
    fieldManager: fieldManagers.helm,
    objects: wanted,
    labels: originLabels(work.object),
    order: 'given',
    signal: work.context.signal,
  });
  if (failed[0]) throw failed[0].error;
  await untilHealthy(work, wanted, ESTABLISH_TIMEOUT_MS, { jobsToo: true });
  return results.some((result) => result.action === 'created' || result.action === 'configured');
}

async function absent(work: Work, crds: readonly ManifestObject[]): Promise<ManifestObject[]> {
  const there = await Promise.all(crds.map((crd) => work.cluster.client.get(crd, { as: 'metadata' })));
  return crds.filter((_, index) => there[index] === undefined);
}
