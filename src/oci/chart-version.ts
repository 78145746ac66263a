import type { Version } from '../common/version';
import { parseVersion, VersionRange } from '../common/version-range';
import type { ChartRelease } from './types';

/**
 * The version Helm and Flux take of a chart: one written exactly so, else the highest in the range; of equal ones, which differ in build
 * metadata alone, the one created last. Prereleases count where the range names one. An empty range is `*`.
 * Undefined where there is none; throws nothing.
 */
export function highestVersion<R extends Pick<ChartRelease, 'version' | 'created'>>(range: string, releases: readonly R[]): R | undefined {
  const exact = range === '' ? undefined : releases.find(({ version }) => version === range);
  if (exact !== undefined) return exact;
  const wanted = VersionRange.parse(range === '' ? '*' : range);
  if (wanted === undefined) return undefined;
  let highest: { readonly release: R; readonly version: Version } | undefined;
  for (const release of releases) {
    const version = parseVersion(release.version);
    if (version === undefined || !wanted.includes(version)) continue;
    const order = highest === undefined ? 1 : version.compare(highest.version);
    if (order > 0 || (order === 0 && createdAt(release) > createdAt((highest as { release: R }).release))) highest = { release, version };
  }
  return highest?.release;
}

/** Whether a wanted version is one version rather than a range: what a registry holds it under is known then. */
export function isExactVersion(range: string): boolean {
  return parseVersion(range) !== undefined;
}

/** Whether a wanted version can be read at all. */
export function isVersionRange(range: string): boolean {
  return range === '' || isExactVersion(range) || VersionRange.parse(range) !== undefined;
}

function createdAt({ created }: Pick<ChartRelease, 'created'>): number {
  const time = created === undefined ? Number.NaN : Date.parse(created);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
