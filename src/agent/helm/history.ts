import type { DecodedRelease, ReleaseStatus } from '../../render/types';

/** Revisions that Helm keeps of a release, of which the history tells, unless `spec.maxHistory` says otherwise. */
export const DEFAULT_MAX_HISTORY = 5;

export type ReleaseAction = 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'uninstall-remediation';

/** One revision as Flux remembers it in `status.history`, newest first. */
export interface Snapshot {
  /** How `digest` is made: `v2` since Helm 4. */
  readonly apiVersion?: string;
  /** Of the record in storage: proves that nobody changed it since. */
  readonly digest: string;
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly status: ReleaseStatus;
  readonly action?: ReleaseAction;
  readonly chartName: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  readonly configDigest: string;
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly deleted?: string;
  readonly testHooks?: Readonly<Record<string, { readonly phase?: string }>>;
}

export function snapshotOf(release: DecodedRelease, action: ReleaseAction): Snapshot {
  return {
    apiVersion: 'v2',
    digest: release.snapshotDigest,
    name: release.name,
    namespace: release.namespace,
    version: release.revision,
    status: release.info.status,
    action,
    chartName: release.chart.name,
    chartVersion: release.chart.version,
    ...(release.chart.appVersion ? { appVersion: release.chart.appVersion } : {}),
    configDigest: release.configDigest,
    firstDeployed: toSeconds(release.info.firstDeployed),
    lastDeployed: toSeconds(release.info.lastDeployed),
    ...(release.info.deleted ? { deleted: toSeconds(release.info.deleted) } : {}),
  };
}

/** Puts a snapshot in its place; what was known of that revision's tests stays. */
export function remember(history: readonly Snapshot[], snapshot: Snapshot): Snapshot[] {
  const before = history.find((known) => known.version === snapshot.version);
  const kept = before?.testHooks ? { ...snapshot, testHooks: before.testHooks } : snapshot;
  return [kept, ...history.filter((known) => known.version !== snapshot.version)].sort((a, b) => b.version - a.version);
}

export function latestOf(history: readonly Snapshot[]): Snapshot | undefined {
  return history.reduce<Snapshot | undefined>((latest, one) => (latest === undefined || one.version > latest.version ? one : latest), undefined);
}

/** The newest one before the latest that worked: what a rollback goes back to. */
export function previousOf(history: readonly Snapshot[]): Snapshot | undefined {
  const latest = latestOf(history);
  return latestOf(history.filter((one) => one !== latest && worked(one)));
}

/** All that Flux keeps after a success: up to the previous one that worked, or the last five. */
export function truncate(history: readonly Snapshot[]): Snapshot[] {
  const sorted = [...history].sort((a, b) => b.version - a.version);
  const previous = sorted.findIndex((one, index) => index > 0 && worked(one));
  return sorted.slice(0, previous > 0 ? previous + 1 : DEFAULT_MAX_HISTORY);
}

function worked(snapshot: Snapshot): boolean {
  const failedTest = Object.values(snapshot.testHooks ?? {}).some((hook) => hook?.phase === 'Failed');
  return (snapshot.status === 'deployed' || snapshot.status === 'superseded') && !failedTest;
}

/** `dev/podinfo.v3` */
export function releaseOf(snapshot: Pick<Snapshot, 'namespace' | 'name' | 'version'>): string {
  return `${snapshot.namespace}/${snapshot.name}.v${snapshot.version}`;
}

/** `podinfo@0.1.0` */
export function chartOf(snapshot: Pick<Snapshot, 'chartName' | 'chartVersion'>): string {
  return `${snapshot.chartName}@${snapshot.chartVersion}`;
}

/** Kubernetes' own times have whole seconds. */
function toSeconds(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
