import type { KubeClient } from '../../kube/types';
import { reasons } from '../../model/conditions';
import { annotations, fieldManagers } from '../../model/labels';
import { nameOf, type ObjectId } from '../../model/object';
import { decodeInventory, encodeInventory, union } from '../../objects/inventory';
import { revertedEdits } from '../apply/hand-edit';
import type { AppliedObjects, ApplyResult } from '../apply/types';
import { refOf } from '../runtime/ref';
import type { ReconcileContext, Runtime } from '../runtime/types';
import type { Desired } from './builder';
import { ownerLabels } from './garbage';
import { awaitsHealth, checking } from './health-checks';
import { type Kustomization, keyOf, targetOf } from './kustomization';

/**
 * What this process applied for whom, and where. Only what it applied itself does it know the state of, so after a start everything is applied once.
 */
export class Applications {
  private readonly known = new Map<string, { readonly inputs?: string; readonly objects: AppliedObjects }>();

  constructor(private readonly runtime: Pick<Runtime, 'clusters' | 'requestReconcile'>) {}

  /** Where its objects were applied; undefined before the first time. */
  objectsOf(kustomization: Kustomization): AppliedObjects | undefined {
    return this.known.get(keyOf(kustomization))?.objects;
  }

  /** Whether exactly this was applied, wholly, to the cluster that is meant now. */
  async has(kustomization: Kustomization, inputs: string): Promise<boolean> {
    const known = this.known.get(keyOf(kustomization));
    return known?.inputs === inputs && known.objects === (await this.runtime.clusters.for(targetOf(kustomization))).applied;
  }

  /** Writes ahead what will be ours, then applies; from now on drift asks for a visit. */
  async apply(kustomization: Kustomization, desired: Desired, context: ReconcileContext): Promise<{ result: ApplyResult; objects: AppliedObjects }> {
    const { client, applied } = await this.runtime.clusters.for(targetOf(kustomization));
    const owner = refOf(kustomization);
    const before = this.objectsOf(kustomization);
    if (before !== undefined && before !== applied) before.forget(owner);
    this.known.set(keyOf(kustomization), { objects: applied });

    const ours = union(decodeInventory(kustomization.status?.inventory), await placed(client, desired.objects));
    const isNews = desired.revision !== kustomization.status?.lastAppliedRevision;
    await context.writeStatus({
      fields: { inventory: encodeInventory(ours) },
      conditions: isNews && awaitsHealth(kustomization) ? [checking(kustomization, desired.revision)] : [],
    });
    const { commonMetadata, force } = kustomization.spec;
    const result = await applied.apply({
      owner,
      fieldManager: fieldManagers.kustomize,
      objects: desired.objects,
      labels: { ...commonMetadata?.labels, ...ownerLabels(kustomization) },
      annotations: commonMetadata?.annotations,
      order: 'staged',
      force,
      atomic: isAtomic(kustomization),
      always: context.causes.has('requested'),
      signal: context.signal,
    });
    const watched = result.results.filter(({ action }) => !['failed', 'skipped', 'suspended'].includes(action)).map(({ id }) => id);
    applied.watchDrift(owner, watched, () => this.runtime.requestReconcile(owner, 'drift'));
    if (context.causes.has('drift')) reportCorrections(result, context);
    for (const event of revertedEdits(result)) context.record(event);
    return { result, objects: applied };
  }

  /** Everything that was made of these inputs is applied and what they no longer hold is dealt with. */
  complete(kustomization: Kustomization, inputs: string | undefined): void {
    const objects = this.objectsOf(kustomization);
    if (objects !== undefined) this.known.set(keyOf(kustomization), { inputs, objects });
  }

  forget(kustomization: Kustomization): void {
    this.objectsOf(kustomization)?.forget(refOf(kustomization));
    this.known.delete(keyOf(kustomization));
  }
}

/** Nothing of a revision is applied unless all of it can be. */
export function isAtomic({ metadata }: Kustomization): boolean {
  return metadata.annotations?.[annotations.apply] === 'atomic';
}

/** Identities as the cluster will know them; what names no namespace and needs one cannot be applied, so it is in no inventory. */
async function placed(client: KubeClient, objects: readonly ObjectId[]): Promise<ObjectId[]> {
  const ids = await Promise.all(
    objects.map(async (id) => {
      const resource = await client.resource(id);
      if (resource === undefined || (resource.namespaced && id.namespace !== '')) return id;
      return resource.namespaced ? undefined : { ...id, namespace: '' };
    }),
  );
  return ids.filter((id) => id !== undefined);
}

function reportCorrections({ results }: ApplyResult, context: ReconcileContext): void {
  const corrected = results.filter(({ action }) => action === 'created' || action === 'configured');
  if (corrected.length === 0) return;
  context.record({
    type: 'Normal',
    reason: reasons.driftCorrected,
    message: corrected.map(({ id, action }) => `${nameOf(id)} ${action}`).join('\n'),
  });
}
