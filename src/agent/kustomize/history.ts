import { isDeepStrictEqual } from 'node:util';
import { formatDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';

/** One of the last reconciles that differ, newest first. @see https://pkg.go.dev/github.com/fluxcd/pkg/apis/meta#Snapshot */
export interface Snapshot {
  /** Of the objects that were built: `sha256:…` */
  readonly digest: string;
  readonly firstReconciled: string;
  readonly lastReconciled: string;
  readonly lastReconciledDuration: string;
  readonly lastReconciledStatus: string;
  readonly totalReconciliations: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Attempt {
  readonly digest: string;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly durationMs: number;
  readonly at: Date;
}

const KEPT = 5;

/**
 * The history with one more attempt. Flux counts every one; an attempt that says nothing new leaves the history as it is, so that
 * silence in Git is silence at the API server.
 */
export function withAttempt(history: readonly Snapshot[], { digest, status, metadata, durationMs, at }: Attempt): readonly Snapshot[] {
  const is = (snapshot: Snapshot) => snapshot.digest === digest && snapshot.lastReconciledStatus === status;
  const [latest] = history;
  if (latest !== undefined && is(latest) && isDeepStrictEqual(latest.metadata, metadata)) return history;
  const now = timestamp(at);
  const before = history.find(is);
  const snapshot: Snapshot = {
    digest,
    firstReconciled: before?.firstReconciled ?? now,
    lastReconciled: now,
    lastReconciledDuration: formatDuration(durationMs),
    lastReconciledStatus: status,
    totalReconciliations: (before?.totalReconciliations ?? 0) + 1,
    metadata,
  };
  return [snapshot, ...history.filter((other) => other !== before)].slice(0, KEPT);
}
