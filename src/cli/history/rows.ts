import { reasons } from '../../model/conditions';
import type { KubeObject } from '../../model/object';
import { commitOf, type LiveKustomization } from '../live/layers';
import type { GitCommit } from './git-commits';

/** One line of a history. What is not known is left out. */
export interface HistoryRow {
  /** RFC 3339. */
  readonly at: string;
  readonly outcome: string;
  readonly commit?: string;
  readonly author?: string;
  readonly subject?: string;
  /** Of Helm. */
  readonly revision?: number;
  readonly chart?: string;
  /** Versions that the commit changed. */
  readonly changes?: readonly string[];
}

/** Flux's reasons in the words of a history. */
const OUTCOMES: Readonly<Record<string, string>> = {
  [reasons.reconciliationSucceeded]: 'Ready',
  [reasons.healthCheckFailed]: 'not healthy',
  [reasons.buildFailed]: 'does not build',
  [reasons.reconciliationFailed]: 'not applied',
  [reasons.pruneFailed]: 'not pruned',
};

/** What a Kustomization remembers, newest first, and between it the commits that changed its files, as far as Git is there to tell. */
export function layerRows(kustomization: LiveKustomization, commits: readonly GitCommit[]): HistoryRow[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const snapshots = (kustomization.status?.history ?? []).map(({ lastReconciled, lastReconciledStatus, metadata }): HistoryRow => {
    const commit = commitOf(metadata?.revision);
    const known = commit === undefined ? undefined : byId.get(commit);
    return {
      at: lastReconciled,
      outcome: OUTCOMES[lastReconciledStatus] ?? lastReconciledStatus,
      ...(commit !== undefined && { commit }),
      ...told(known),
    };
  });
  const applied = new Set(snapshots.map(({ commit }) => commit));
  const oldest = snapshots[snapshots.length - 1]?.at;
  const others = commits
    .filter(({ id }) => !applied.has(id))
    .map((commit): HistoryRow => ({ at: commit.at, outcome: unknownOutcome(commit, snapshots[0]?.at, oldest), commit: commit.id, ...told(commit) }));
  return [...snapshots, ...others].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** The cluster remembers a few: what came before them is not known, what came after them is on its way. */
function unknownOutcome({ at }: GitCommit, newest: string | undefined, oldest: string | undefined): string {
  if (newest === undefined || Date.parse(at) > Date.parse(newest)) return 'not applied yet';
  return oldest !== undefined && Date.parse(at) < Date.parse(oldest) ? '' : 'passed over';
}

function told(commit: GitCommit | undefined): Pick<HistoryRow, 'author' | 'subject'> {
  return commit === undefined ? {} : { author: commit.author, subject: commit.subject };
}

interface Release extends KubeObject {
  readonly status?: { readonly history?: readonly ReleaseSnapshot[] };
}

interface ReleaseSnapshot {
  readonly version: number;
  readonly status: string;
  readonly action?: string;
  readonly chartName: string;
  readonly chartVersion: string;
  readonly lastDeployed: string;
}

/**
 * Revisions of a release, newest first: what its status remembers, and what Helm's storage has besides.
 * @param stored metadata of Helm's Secrets
 * @param commits that changed the release or its versions, newest first
 */
export function releaseRows(release: KubeObject, stored: readonly KubeObject[], commits: readonly GitCommit[]): HistoryRow[] {
  const remembered = ((release as Release).status?.history ?? []).map(
    ({ version, status, chartName, chartVersion, lastDeployed }): HistoryRow => ({
      at: lastDeployed,
      outcome: status,
      revision: version,
      chart: `${chartName}@${chartVersion}`,
    }),
  );
  const known = new Set(remembered.map(({ revision }) => revision));
  const others = stored.flatMap(({ metadata }): HistoryRow[] => {
    const { version, status = '' } = metadata.labels ?? {};
    const revision = Number(version);
    if (!Number.isInteger(revision) || known.has(revision)) return [];
    return [{ at: metadata.creationTimestamp ?? '', outcome: status, revision }];
  });
  const rows = [...remembered, ...others].sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
  return rows.map((row) => ({ ...row, ...cause(row, commits) }));
}

/** The newest commit before a revision: whatever made the agent act came with it, or was there. */
function cause({ at }: HistoryRow, commits: readonly GitCommit[]): Partial<HistoryRow> {
  const commit = commits.find((one) => Date.parse(one.at) <= Date.parse(at));
  return commit === undefined ? {} : { commit: commit.id, ...told(commit) };
}
