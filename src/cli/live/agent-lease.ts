import type { KubeObject } from '../../model/object';
import { LEASE } from './live-kinds';
import type { World } from './world';

/** The lease that the one who applies manifests holds: this agent's or Flux's. */
export const AGENT_LEASE = 'kustomize-controller-leader-election';

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly leaseDurationSeconds?: number; readonly renewTime?: string };
}

/** Who is at work in a cluster. */
export interface AgentAtWork {
  /** Identity of the holder: Pod and a random part. Empty where nobody holds it. */
  readonly holder: string;
  /** RFC 3339. */
  readonly renewedAt?: string;
  /** Whether it was renewed within its duration. */
  readonly isAlive: boolean;
}

/** Undefined where leases may not be read. */
export function agentAtWork({ objects, agentNamespace, now, unread }: World): AgentAtWork | undefined {
  if (unread.has(LEASE.kind)) return undefined;
  const lease = objects.get<Lease>({ kind: LEASE.kind, namespace: agentNamespace, name: AGENT_LEASE });
  const { holderIdentity: holder = '', renewTime: renewedAt, leaseDurationSeconds = 0 } = lease?.spec ?? {};
  if (holder === '' || renewedAt === undefined) return { holder: '', isAlive: false, ...(renewedAt !== undefined && { renewedAt }) };
  return { holder, renewedAt, isAlive: now.getTime() - Date.parse(renewedAt) <= leaseDurationSeconds * 1000 + CLOCKS_DIFFER_MS };
}

/** Nobody's clock is exact. */
const CLOCKS_DIFFER_MS = 5_000;
