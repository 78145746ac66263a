import { errors } from '../../../common/errors';
import type { KubeClient } from '../../../kube/types';
import { idOf, type KubeObject, nameOf } from '../../../model/object';

/** A Deployment, as far as it tells of its Pods. */
export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: { readonly spec?: { readonly serviceAccountName?: string } };
  };
}

export const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

/** What the pieces of upstream's Deployment are known by: its chart, and its plain manifest. */
export const SELECTORS = ['app.kubernetes.io/name=sealed-secrets', 'name=sealed-secrets-controller'];

const POD = { group: '', version: 'v1', kind: 'Pod' };

/** @throws OtherControllerNotScaled */
export async function scaleToZero(client: Pick<KubeClient, 'patch'>, deployment: Deployment): Promise<void> {
  const id = idOf(deployment);
  try {
    await client.patch(id, 'merge', { spec: { replicas: 0 } }, { subresource: 'scale', fieldManager: 'fairlead' });
  } catch (cause) {
    throw errors.OtherControllerNotScaled({ deployment: nameOf(id), reason: (cause as Error).message }, cause);
  }
}

/** Whether any of its Pods may still be at work. */
export async function hasPods(client: Pick<KubeClient, 'list'>, { metadata, spec }: Deployment): Promise<boolean> {
  const labels = Object.entries(spec.selector.matchLabels ?? {});
  if (labels.length === 0) return false;
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  const fieldSelector = 'status.phase!=Succeeded,status.phase!=Failed';
  return (await client.list(POD, { namespace: metadata.namespace, labelSelector, fieldSelector, as: 'metadata' })).length > 0;
}
