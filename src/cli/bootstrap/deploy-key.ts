import { whereToAdd } from '../../agent/source/key-refused';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import type { Forge } from '../forge/types';
import type { Steps } from './steps';

export interface KeyRequest {
  readonly cluster: string;
  /** Of the cluster. */
  readonly uid: string;
  readonly publicKey: string;
  readonly url: string;
  readonly writes: boolean;
}

/** Has the forge know the agent's key, where it can be asked to; else people are told where to add it. */
export async function ensureDeployKey(forge: Forge | undefined, { cluster, uid, publicKey, url, writes }: KeyRequest, steps: Steps): Promise<void> {
  if (forge === undefined) {
    const rights = writes ? 'with write access' : 'to read';
    steps.ask(`unless it is there already, add this deploy key ${rights} at ${whereToAdd(url)}:\n\n    ${publicKey}\n`);
    return;
  }
  // A name alone is not enough: a key of that title is replaced, and another cluster of that name may follow another folder or branch.
  const title = `fairlead ${cluster} (${uid.slice(0, 8)})`;
  const outcome = await forge.ensureKey({ title, key: publicKey, writes });
  steps.done(`deploy key "${title}" of ${forge.repository} ${outcome === 'present' ? 'is there' : outcome}`);
}

/** Asks for a source at once: who was refused a moment ago would wait for its interval. */
export async function fetchNow(client: KubeClient, namespace: string, name: string, now: Date): Promise<void> {
  const body = { metadata: { annotations: { [annotations.requestedAt]: now.toISOString() } } };
  await client.patch({ ...kinds.GitRepository, namespace, name }, 'merge', body, { fieldManager: 'fairlead' });
}
