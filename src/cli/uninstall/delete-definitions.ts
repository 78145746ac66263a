import type { KubeClient } from '../../kube/types';
import { annotations } from '../../model/labels';
import type { ObjectId } from '../../model/object';
import { untilGone } from './orphan';

const CRD = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '' };
/** As often as it is looked for: seldom enough that the API server is not always disturbed by it. */
const LOOKS_A_REMINDER = 4;

/** Deletes definitions, and with them the objects of their kinds; the API server answers before it has. Throws `StillThere`. */
export async function deleteDefinitions(client: KubeClient, names: readonly string[], timeoutMs: number): Promise<void> {
  const crds = names.map((name): ObjectId => ({ ...CRD, name }));
  for (const crd of crds) await client.delete(crd);
  for (const crd of crds) {
    let looks = 0;
    const meanwhile = async () => {
      if (++looks % LOOKS_A_REMINDER === 0) await remind(client, crd);
    };
    await untilGone(client, crd, timeoutMs, { meanwhile });
  }
}

/**
 * A definition whose kind nobody has listed yet cannot be deleted at once ("storage is (re)initializing"), and an API server that is busy may forget then to try
 * again, until its resync minutes later. Any change of the definition reminds it. Whether that went well shows at the next look.
 */
async function remind(client: KubeClient, crd: ObjectId): Promise<void> {
  const body = { metadata: { annotations: { [annotations.requestedAt]: new Date().toISOString() } } };
  await client.patch(crd, 'merge', body, { fieldManager: 'fairlead' }).catch(() => undefined);
}
