import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { type ManifestObject, nameOf } from '../../model/object';
import { metadataOf } from '../../objects/payload';
import { clusterUid } from '../runtime/cluster-uid';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { Outcome } from '../runtime/types';
import type { Kustomization } from './kustomization';

/** A Kustomization that says which cluster it is for is for no other: nothing of it is applied there. Undefined: it may be. */
export async function boundElsewhere(kustomization: Kustomization, own: KubeClient): Promise<Outcome | undefined> {
  return refusal(kustomization, kustomization.metadata.annotations?.[annotations.clusterUid], own);
}

/** The same of a folder whose own root Kustomization says so: one made for this cluster by name and path alone carries no annotation yet. */
export async function leadsElsewhere(
  kustomization: Kustomization,
  objects: readonly ManifestObject[],
  own: KubeClient,
): Promise<Outcome | undefined> {
  for (const { group, kind, json } of objects) {
    if (group !== kinds.Kustomization.group || kind !== kinds.Kustomization.kind) continue;
    const refused = await refusal(kustomization, metadataOf(json).annotations?.[annotations.clusterUid], own);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

async function refusal(kustomization: Kustomization, wanted: string | undefined, own: KubeClient): Promise<Outcome | undefined> {
  if (wanted === undefined || wanted === '') return undefined;
  const uid = await clusterUid(own);
  return wanted === uid ? undefined : stalled('BoundElsewhere', errors.BoundElsewhere({ object: nameOf(refOf(kustomization)), wanted, uid }));
}
