import { annotations } from '../../model/labels';
import { keyOf, type ManifestObject, nameOf, type ObjectId } from '../../model/object';
import type { AppliedObjects, Drift } from '../apply/types';
import { refKey, refOf } from '../runtime/ref';
import type { RequestReconcile } from '../runtime/types';
import type { HelmRelease } from './helm-release';
import { heedIgnored } from './ignore-rules';
import { applyObjects } from './objects';
import { placed, type Work } from './work';

/** What was done about objects that were not as the release left them. */
export interface Correction {
  readonly drifted: readonly Drift[];
  readonly corrected: readonly ObjectId[];
}

interface Armed {
  readonly version: number;
  readonly applied: AppliedObjects;
  readonly pending: Map<string, Drift>;
}

/**
 * Keeps what releases consist of as their stored manifest says. Which objects drifted is told by watches; the manifest is read
 * again only when one did.
 */
export class ReleaseDrift {
  private readonly armed = new Map<string, Armed>();

  constructor(private readonly requestReconcile: RequestReconcile) {}

  /** From now on these objects of this revision are looked after. They were just applied. */
  async arm(work: Work, version: number, objects: readonly ManifestObject[]): Promise<void> {
    if (modeOf(work.object) === 'disabled') return this.forget(work.object);
    const key = refKey(work.owner);
    const pending = new Map<string, Drift>();
    const { applied } = work.cluster;
    const before = this.armed.get(key);
    if (before !== undefined && before.applied !== applied) before.applied.forget(work.owner);
    this.armed.set(key, { version, applied, pending });
    const ids = await Promise.all(objects.filter(isWatched).map(async (object) => await placed(work, object)));
    // As it is found is not how it should be: it is put right once it is nobody's any more.
    for (const id of ids) if (applied.isSuspended(id)) pending.set(keyOf(id), { id, what: 'changed' });
    applied.watchDrift(work.owner, ids, (drifted) => {
      for (const drift of drifted) pending.set(keyOf(drift.id), drift);
      this.requestReconcile(work.owner, 'drift');
    });
  }

  /**
   * Brings back what drifted since, or only tells of it where the mode says so. After a restart everything is applied once, as nobody
   * saw what happened meanwhile. Undefined: all is as it should be.
   */
  async heal(work: Work, version: number): Promise<Correction | undefined> {
    const mode = modeOf(work.object);
    if (mode === 'disabled') {
      this.forget(work.object);
      return undefined;
    }
    const armed = this.armed.get(refKey(work.owner));
    const isNew = armed?.version !== version || armed.applied !== work.cluster.applied;
    const drifted = isNew ? [] : [...armed.pending.values()].filter(({ id }) => !armed.applied.isSuspended(id));
    if (!isNew && drifted.length === 0) return undefined;

    const objects = await this.stored(work, version);
    if (objects === undefined) return undefined;
    if (isNew) {
      const corrected = mode === 'enabled' ? await this.apply(work, objects.filter(isWatched), false) : [];
      await this.arm(work, version, objects);
      return corrected.length === 0 ? undefined : { drifted: corrected.map((id) => ({ id, what: 'changed' })), corrected };
    }
    const keys = new Set(drifted.map(({ id }) => keyOf(id)));
    const there = await Promise.all(objects.filter(isWatched).map(async (object) => await placed(work, object)));
    const affected = there.filter((object) => keys.has(keyOf(object)));
    const corrected = mode === 'enabled' ? await this.apply(work, affected, true) : [];
    for (const drift of drifted) if (armed.pending.get(keyOf(drift.id)) === drift) armed.pending.delete(keyOf(drift.id));
    return mode === 'enabled' && corrected.length === 0 ? undefined : { drifted, corrected };
  }

  forget(object: HelmRelease): void {
    const owner = refOf(object);
    this.armed.get(refKey(owner))?.applied.forget(owner);
    this.armed.delete(refKey(owner));
  }

  private async apply(work: Work, objects: readonly ManifestObject[], always: boolean): Promise<readonly ObjectId[]> {
    const rules = work.object.spec.driftDetection?.ignore ?? [];
    const wanted = await heedIgnored(work, objects, rules);
    return wanted.length === 0 ? [] : await applyObjects(work, wanted, { always });
  }

  private async stored(work: Work, version: number): Promise<readonly ManifestObject[] | undefined> {
    const { storage, target, engine } = work;
    const stored = await storage.read(target.storageNamespace, target.name, version);
    return stored === undefined ? undefined : (await engine.decodeRelease(stored.record)).objects;
  }
}

export function modeOf(object: HelmRelease): 'enabled' | 'warn' | 'disabled' {
  return object.spec.driftDetection?.mode ?? 'disabled';
}

function isWatched(object: ManifestObject): boolean {
  return object.annotations?.[annotations.helmDriftDetection] !== 'disabled' && object.labels?.[annotations.helmDriftDetection] !== 'disabled';
}

/** `Deployment/dev/podinfo changed (kubectl-edit)` a line */
export function describeDrift(drifted: readonly Drift[]): string {
  return drifted.map(({ id, what, manager }) => `${nameOf(id)} ${what}${manager === undefined ? '' : ` (${manager})`}`).join('\n');
}
