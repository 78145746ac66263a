import { labels } from '../../model/labels';
import type { ObjectMeta } from '../../model/object';
import type { ReleaseStatus } from '../../render/types';
import type { Ingredients, Revision } from './release-state';

/** `owner=helm`: every release Secret in a cluster, whoever made it. */
export const STORAGE_SELECTOR = 'owner=helm';

export function secretName(release: string, version: number): string {
  return `sh.helm.release.v1.${release}.v${version}`;
}

/** Labels Helm's driver writes itself; all others are the release's own, which `helm rollback` and `helm upgrade` copy. */
const systemLabels = new Set(['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt']);

export interface RevisionLabels {
  readonly release: string;
  readonly version: number;
  readonly status: ReleaseStatus;
  readonly made: Ingredients;
}

/** As Helm labels a Secret that it creates (`createdAt`) or writes again (`modifiedAt`), with ours beside them. */
export function storageLabels(revision: RevisionLabels, written: 'createdAt' | 'modifiedAt', now: Date): Record<string, string> {
  return {
    [labels.releaseChart]: revision.made.chart,
    [labels.releaseConfig]: revision.made.config,
    [labels.releaseRevision]: String(revision.version),
    ...systemPart(revision.release, revision.version, revision.status, written, now),
  };
}

/** The same Secret in another state; whatever labels the release has of its own stay. */
export function relabelled(before: Readonly<Record<string, string>>, status: ReleaseStatus, now: Date): Record<string, string> {
  const own = Object.fromEntries(Object.entries(before).filter(([key]) => !systemLabels.has(key) && key !== labels.releaseEnding));
  const ending: Record<string, string> = status === 'uninstalling' ? { [labels.releaseEnding]: 'agent' } : {};
  return { ...own, ...ending, ...systemPart(before.name ?? '', Number(before.version), status, 'modifiedAt', now) };
}

function systemPart(release: string, version: number, status: ReleaseStatus, written: 'createdAt' | 'modifiedAt', now: Date): Record<string, string> {
  return { [written]: String(Math.floor(now.getTime() / 1000)), name: release, owner: 'helm', status, version: String(version) };
}

/** Undefined for a Secret that is no revision, whatever its labels say. */
export function revisionOf(secret: ObjectMeta): (Revision & { readonly release: string }) | undefined {
  const is = secret.labels ?? {};
  const version = Number(is.version);
  if (is.name === undefined || is.status === undefined || secret.name !== secretName(is.name, version)) return undefined;
  const made = madeOf(is);
  const status = is.status as ReleaseStatus;
  const isOurs = status === 'uninstalling' ? is[labels.releaseEnding] === 'agent' : made !== undefined;
  return { release: is.name, version, status, isOurs, touchedMs: touchedMs(secret), ...(made ? { made } : {}) };
}

/** Helm copies labels from revision to revision, so they count only where they name this very one. */
function madeOf(is: Readonly<Record<string, string>>): Ingredients | undefined {
  const chart = is[labels.releaseChart];
  const config = is[labels.releaseConfig];
  return chart !== undefined && config !== undefined && is[labels.releaseRevision] === is.version ? { chart, config } : undefined;
}

function touchedMs(secret: ObjectMeta): number {
  const seconds = Math.max(Number(secret.labels?.createdAt ?? 0), Number(secret.labels?.modifiedAt ?? 0));
  if (seconds > 0) return seconds * 1000;
  return secret.creationTimestamp === undefined ? 0 : Date.parse(secret.creationTimestamp);
}
