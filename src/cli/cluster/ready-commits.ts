import type { KubeClient } from '../../kube/types';
import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { LayerKustomization } from './sync-objects';

interface Snapshot {
  readonly lastReconciled: string;
  readonly lastReconciledStatus: string;
  readonly metadata?: { readonly revision?: string };
}

interface Reconciled extends KubeObject {
  readonly status?: { readonly history?: readonly Snapshot[] };
}

/** Commits at which a layer was applied and healthy in the cluster, newest first, as the history of its Kustomization tells. */
export async function readyCommits(client: KubeClient, { metadata }: LayerKustomization): Promise<string[]> {
  const live = await client.get<Reconciled>({ ...kinds.Kustomization, namespace: metadata.namespace ?? '', name: metadata.name });
  const ready = (live?.status?.history ?? []).filter((snapshot) => snapshot.lastReconciledStatus === reasons.reconciliationSucceeded);
  const commits = ready.map((snapshot) => /sha1:([0-9a-f]{40})$|sha256:([0-9a-f]{64})$/.exec(snapshot.metadata?.revision ?? ''));
  return [...new Set(commits.flatMap((match) => (match === null ? [] : [match[1] ?? match[2]])))];
}
