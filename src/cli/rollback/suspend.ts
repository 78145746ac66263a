import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject } from '../../model/object';

/** Owner of the fields that the command line sets, so that everybody sees who it was. */
const FIELD_MANAGER = 'fairlead';

/** Has the agent, or Flux, leave an object and all that it leads to alone. */
export async function suspend(client: KubeClient, object: KubeObject): Promise<void> {
  await client.patch(idOf(object), 'merge', { spec: { suspend: true } }, { fieldManager: FIELD_MANAGER });
}

/** The command that ends it. */
export function resumeCommand({ kind, metadata }: KubeObject): string {
  const patch = `'{"spec":{"suspend":null}}'`;
  return `kubectl -n ${metadata.namespace} patch ${kind.toLowerCase()} ${metadata.name} --field-manager ${FIELD_MANAGER} --type merge -p ${patch}`;
}
