import { errors } from '../../common/errors';
import { annotations, fieldManagers } from '../../model/labels';
import { keyOf, type ManifestObject, nameOf, type ObjectId } from '../../model/object';
import { originOf } from '../../objects/release-origin';
import { byUninstallOrder } from '../../objects/uninstall-order';
import { revertedEdits } from '../apply/hand-edit';
import type { HealthReport } from '../apply/types';
import { placed, type Work } from './work';

/** Managers that applied a release's objects before us. */
const predecessors = ['helm-controller'];

export interface ApplyChoice {
  /** Deletes and creates again where a field is immutable. */
  readonly force?: boolean;
  /** Sends also what is known to be as wanted. */
  readonly always?: boolean;
}

/** Applies objects of a release in the order given, as Helm does. Throws when any was refused, after all were tried. */
export async function applyObjects(work: Work, objects: readonly ManifestObject[], choice: ApplyChoice = {}): Promise<readonly ObjectId[]> {
  const result = await work.cluster.applied.apply({
    owner: work.owner,
    fieldManager: fieldManagers.helm,
    objects,
    ...originOf(work.object, work.target),
    namespace: work.target.namespace,
    order: 'given',
    predecessors,
    ...choice,
    signal: work.context.signal,
  });
  for (const event of revertedEdits(result)) work.context.record(event);
  const { results, failed } = result;
  if (failed.length > 0) {
    const reasons = failed.map(({ error }) => error.message).join('; ');
    throw errors.ReleaseObjectsRefused({ count: failed.length, total: objects.length, reasons }, failed[0]?.error);
  }
  return results.filter((result) => result.action === 'created' || result.action === 'configured').map((result) => result.id);
}

/** Waits until all are healthy, holding no worker. Throws at the first that failed, and at the deadline. */
export async function untilHealthy(work: Work, objects: readonly ManifestObject[], timeoutMs: number, options: { jobsToo: boolean }): Promise<void> {
  const awaited = options.jobsToo ? objects : objects.filter((object) => !(object.group === 'batch' && object.kind === 'Job'));
  if (awaited.length === 0) return;
  const ids = await Promise.all(awaited.map((object) => placed(work, idOnly(object))));
  const report = await work.context.idle(work.cluster.applied.healthy(ids, { timeoutMs, signal: work.context.signal, failFast: true }));
  if (!report.healthy) {
    const problem = report.timedOut ? `not ready after ${timeoutMs / 1000} s` : 'failed';
    throw errors.ReleaseNotHealthy({ problem, objects: describe(report) });
  }
}

/**
 * Deletes objects in Helm's order, but for those that say `helm.sh/resource-policy: keep` in the manifest or in the cluster,
 * and those that belong to another release by now.
 */
export async function deleteObjects(
  work: Work,
  objects: readonly ManifestObject[],
  propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background',
): Promise<readonly ObjectId[]> {
  const deleted: ObjectId[] = [];
  for (const object of [...objects].sort(byUninstallOrder)) {
    if (isKept(object.annotations)) continue;
    const id = await placed(work, idOnly(object));
    if (work.cluster.applied.isSuspended(id)) {
      const message = `${nameOf(id)} is suspended, so it stays though the release has it no more: delete it by hand when it is not needed`;
      work.context.record({ type: 'Warning', reason: 'Suspended', message });
      continue;
    }
    if ((await work.cluster.client.resource(id)) === undefined) continue;
    const live = await work.cluster.client.get(id, { as: 'metadata' });
    if (live === undefined || isKept(live.metadata.annotations) || isOfAnother(work, live.metadata.annotations)) continue;
    await work.cluster.client.delete(id, { propagation, uid: live.metadata.uid });
    deleted.push(id);
  }
  return deleted;
}

/** Waits until deleted objects are gone, holding no worker. */
export async function untilGone(work: Work, ids: readonly ObjectId[], timeoutMs: number): Promise<void> {
  if (ids.length === 0) return;
  const report = await work.context.idle(work.cluster.applied.gone(ids, { timeoutMs, signal: work.context.signal }));
  if (!report.healthy) throw errors.ReleaseNotGone({ release: `${work.target.namespace}/${work.target.name}`, objects: describe(report) });
}

/** Objects that are in any of these manifests and not in the wanted one. */
export async function leftovers(work: Work, before: readonly ManifestObject[], wanted: readonly ManifestObject[]): Promise<ManifestObject[]> {
  const keep = new Set<string>();
  for (const object of wanted) keep.add(keyOf(await placed(work, object)));
  const left = new Map<string, ManifestObject>();
  for (const object of before) {
    const there = await placed(work, object);
    if (!keep.has(keyOf(there))) left.set(keyOf(there), there);
  }
  return [...left.values()];
}

/** With ownership not to be taken: throws for objects that exist and belong to somebody else. */
export async function refuseTaken(work: Work, objects: readonly ManifestObject[]): Promise<void> {
  for (const object of objects) {
    const id = await placed(work, idOnly(object));
    const live = await work.cluster.client.get(id, { as: 'metadata' });
    if (live === undefined || isOurs(work, live.metadata.annotations)) continue;
    const release = live.metadata.annotations?.[annotations.helmReleaseName];
    const owner = release === undefined ? 'no release' : `release ${live.metadata.annotations?.[annotations.helmReleaseNamespace]}/${release}`;
    throw errors.ReleaseObjectTaken({ object: nameOf(id), owner });
  }
}

type Annotations = Readonly<Record<string, string>> | undefined;

function isKept(of: Annotations): boolean {
  return of?.[annotations.helmResourcePolicy]?.trim().toLowerCase() === 'keep';
}

function isOurs(work: Work, of: Annotations): boolean {
  return of?.[annotations.helmReleaseName] === work.target.name && of?.[annotations.helmReleaseNamespace] === work.target.namespace;
}

function isOfAnother(work: Work, of: Annotations): boolean {
  return of?.[annotations.helmReleaseName] !== undefined && !isOurs(work, of);
}

/** Without the bytes, which nobody needs while waiting. */
function idOnly({ group, version, kind, namespace, name }: ObjectId): ObjectId {
  return { group, version, kind, namespace, name };
}

function describe(report: HealthReport): string {
  return report.unhealthy.map((one) => `${nameOf(one.id)} ${one.health.message === '' ? one.health.status : one.health.message}`).join('; ');
}
