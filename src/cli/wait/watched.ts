import { BINDING } from '../../model/cluster-binding';
import { kinds } from '../../model/kinds';
import { SUSPENSIONS } from '../../model/suspension';
import { AGENT_LEASE } from '../live/agent-lease';
import { CONFIG_MAP, LEASE, POD, REPLICA_SET, WORKLOADS } from '../live/live-kinds';
import type { Watched } from '../live/live-world';

/** Everything on the way of a change to one namespace. `waitRole` allows exactly this. */
export function watchedFor(agentNamespace: string, namespace: string): Watched[] {
  const own = { namespace: agentNamespace };
  const there = { namespace };
  const named = (name: string) => ({ ...own, fieldSelector: `metadata.name=${name}` });
  const {
    HelmRelease,
    SealedSecret,
    Kustomization,
    GitRepository,
    OCIRepository,
    HelmRepository,
    ImageRepository,
    ImagePolicy,
    ImageUpdateAutomation,
  } = kinds;
  return [
    ...[Kustomization, GitRepository].map((kind) => ({ kind, selection: own, isNeeded: true })),
    ...[OCIRepository, HelmRepository, ImageRepository, ImagePolicy, ImageUpdateAutomation].map((kind) => ({ kind, selection: own })),
    ...[SUSPENSIONS, BINDING].map((name) => ({ kind: CONFIG_MAP, selection: named(name) })),
    { kind: LEASE, selection: named(AGENT_LEASE) },
    ...[HelmRelease, ...WORKLOADS, POD].map((kind) => ({ kind, selection: there, isNeeded: true })),
    { kind: SealedSecret, selection: there },
    // They only say whose a Pod is.
    { kind: REPLICA_SET, selection: { ...there, as: 'metadata' as const }, isNeeded: true },
  ];
}
