import { errors, FairleadError } from '../../common/errors';
import { isForbidden } from '../../kube/status-error';
import type { GroupVersionKind, KubeClient, Selection } from '../../kube/types';
import { BINDING, type LiveBinding } from '../../model/cluster-binding';
import type { KubeObject } from '../../model/object';
import { SUSPENSIONS, suspensionsIn } from '../../model/suspension';
import { CONFIG_MAP, LEASE, POD, RECONCILED, REPLICA_SET, WORKLOADS } from './live-kinds';
import { LiveObjects, type World } from './world';

export interface ReadOptions {
  readonly agentNamespace: string;
  readonly now?: Date;
  /** Whether Pods and what has them is read too. @default true */
  readonly workloads?: boolean;
}

interface Read {
  readonly kind: GroupVersionKind;
  readonly selection?: Selection;
}

/**
 * Reads what all commands that look at a cluster look at: one list a kind. A kind that may not be read is noted, and the others are read.
 * @throws ApiUnauthorized, ApiUnreachable
 */
export async function readWorld(client: KubeClient, { agentNamespace, now = new Date(), workloads = true }: ReadOptions): Promise<World> {
  const reads: Read[] = [
    ...RECONCILED.map((kind) => ({ kind })),
    { kind: CONFIG_MAP, selection: { namespace: agentNamespace, fieldSelector: `metadata.name=${SUSPENSIONS}` } },
    { kind: CONFIG_MAP, selection: { namespace: agentNamespace, fieldSelector: `metadata.name=${BINDING}` } },
    { kind: LEASE, selection: { namespace: agentNamespace } },
    ...(workloads ? [...WORKLOADS, POD].map((kind) => ({ kind })) : []),
    // They only say whose a Pod is.
    ...(workloads ? [{ kind: REPLICA_SET, selection: { as: 'metadata' } as const }] : []),
  ];
  const unread = new Map<string, string>();
  const found = await Promise.all(reads.map((read) => listed(client, read, unread)));
  return worldOf(new LiveObjects(found.flat()), { agentNamespace, now, unread, isWithoutWorkloads: !workloads });
}

/** What is known, from objects that were read one way or another. */
export function worldOf(objects: LiveObjects, rest: Pick<World, 'agentNamespace' | 'now' | 'unread' | 'namespaces' | 'isWithoutWorkloads'>): World {
  const namespace = rest.agentNamespace;
  const suspensions = objects.get<ConfigMap>({ kind: CONFIG_MAP.kind, namespace, name: SUSPENSIONS })?.data ?? {};
  const binding = objects.get<ConfigMap>({ kind: CONFIG_MAP.kind, namespace, name: BINDING })?.data;
  return {
    ...rest,
    objects,
    suspensions: suspensionsIn(suspensions, rest.now),
    ...(binding?.uid !== undefined && { binding: binding as unknown as LiveBinding }),
  };
}

/**
 * For commands that can say nothing without a kind.
 * @throws LiveForbidden where it may not be read
 */
export function mustSee({ unread }: Pick<World, 'unread'>, kind: string): void {
  const reason = unread.get(kind);
  if (reason !== undefined) throw errors.LiveForbidden({ kind, reason });
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

async function listed(client: KubeClient, { kind, selection }: Read, unread: Map<string, string>): Promise<readonly KubeObject[]> {
  try {
    return await client.list(kind, selection);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    unread.set(kind.kind, error instanceof FairleadError ? error.detail : String(error));
    return [];
  }
}
