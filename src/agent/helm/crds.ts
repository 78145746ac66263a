import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupVersionKind } from '../../kube/types';
import { fieldManagers } from '../../model/labels';
import type { ManifestObject } from '../../model/object';
import { originLabels } from '../../objects/release-origin';
import type { CrdPolicy } from './helm-release';
import { untilHealthy } from './objects';
import type { Work } from './work';

const ESTABLISH_TIMEOUT_MS = 60_000;
const SERVE_TIMEOUT_MS = 10_000;

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
  const changed = new Set(results.filter((result) => result.action === 'created' || result.action === 'configured').map((result) => result.id.name));
  if (changed.size === 0) return false;
  await untilHealthy(work, wanted, ESTABLISH_TIMEOUT_MS, { jobsToo: true });
  for (const crd of wanted.filter((one) => changed.has(one.name))) for (const kind of kindsOf(crd)) await untilServed(work, kind);
  return true;
}

/** Established definitions are served a moment later, and templates ask for what is served. */
async function untilServed(work: Work, kind: GroupVersionKind): Promise<void> {
  for (let waitMs = 20; waitMs < SERVE_TIMEOUT_MS; waitMs *= 2) {
    if ((await work.cluster.client.resource(kind, { now: true })) !== undefined) return;
    await work.context.idle(sleep(waitMs, undefined, { signal: work.context.signal }));
  }
}

function kindsOf(crd: ManifestObject): GroupVersionKind[] {
  const { spec } = JSON.parse(crd.json.toString()) as {
    spec: { group: string; names: { kind: string }; versions: { name: string; served: boolean }[] };
  };
  return spec.versions.filter((version) => version.served).map(({ name }) => ({ group: spec.group, version: name, kind: spec.names.kind }));
}

async function absent(work: Work, crds: readonly ManifestObject[]): Promise<ManifestObject[]> {
  const there = await Promise.all(crds.map((crd) => work.cluster.client.get(crd, { as: 'metadata' })));
  return crds.filter((_, index) => there[index] === undefined);
}
