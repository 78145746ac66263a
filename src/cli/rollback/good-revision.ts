import type { Revision } from '../../agent/helm/release-state';
import { quoteMeta } from '../../images/glob';
import type { LockKey } from '../../model/lock';
import { parseRef, type VersionRef } from '../../model/version-ref';
import type { DecodedRelease } from '../../render/types';

/** Earlier revisions that were deployed once and are made of something else than the latest, newest first. */
export function earlierGood(revisions: readonly Revision[]): Revision[] {
  const latest = revisions.at(-1);
  if (latest === undefined) return [];
  const isSame = ({ made }: Revision) => made !== undefined && made.chart === latest.made?.chart && made.config === latest.made.config;
  return revisions
    .slice(0, -1)
    .filter((revision) => (revision.status === 'deployed' || revision.status === 'superseded') && !isSame(revision))
    .reverse();
}

/** The version of an entry that a revision was made with, as far as its chart, manifest or values tell. */
export function versionIn(release: DecodedRelease, key: LockKey, name: string): VersionRef | undefined {
  if (key.startsWith('charts/')) return { name, tag: release.chart.version };
  const match = new RegExp(`(?:^|[\\s"'=])(${quoteMeta(name)}:\\w[\\w.-]*(?:@sha256:[0-9a-f]{64})?)`, 'm').exec(release.manifest);
  return match === null ? undefined : parseRef(match[1]);
}
