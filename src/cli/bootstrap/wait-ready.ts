import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { shortRevision } from '../live/layers';
import { readWorld } from '../live/read-world';
import { isReady } from '../live/readiness';
import { why } from '../live/why';
import type { World } from '../live/world';

interface Kustomization extends KubeObject {
  readonly status?: { readonly lastAppliedRevision?: string };
}

/** What a cluster is waited for. */
export interface Wanted {
  readonly agentNamespace: string;
  /** Name of the root Kustomization. */
  readonly root: string;
  /** Names of the Kustomizations there have to be. */
  readonly layers: readonly string[];
  /** Whether a revision that was applied is new enough. @default - any is */
  readonly isCurrent?: (revision: string | undefined) => boolean;
}

export interface NotReady {
  /** One sentence without full stop. */
  readonly says: string;
  readonly remedy: string;
}

/** What is not Ready yet: the root before there is anything else, then its layers. Undefined: all is. */
export function notReady(world: World, { agentNamespace: namespace, root, layers, isCurrent = () => true }: Wanted): NotReady | undefined {
  const find = (name: string) => world.objects.get<Kustomization>({ kind: kinds.Kustomization.kind, namespace, name });
  const rootFirst = find(root);
  const names = rootFirst === undefined || !isReady(rootFirst) ? [root] : [...layers.filter((one) => one !== root), root];
  for (const name of names) {
    const of = `Kustomization/${namespace}/${name}`;
    const layer = find(name);
    if (layer === undefined) return { says: `${of} is not there yet`, remedy: 'fairlead doctor' };
    if (!isReady(layer)) {
      const { sentence, remedy } = why(layer, world);
      return { says: `${of} ${sentence}`, remedy };
    }
    const applied = layer.status?.lastAppliedRevision;
    if (!isCurrent(applied)) return { says: `${of} is still at ${shortRevision(applied)}`, remedy: `fairlead reconcile ${name}` };
  }
  return undefined;
}

/** Looks once. */
export async function lookAt(client: KubeClient, wanted: Wanted): Promise<NotReady | undefined> {
  return notReady(await readWorld(client, { agentNamespace: wanted.agentNamespace }), wanted);
}
