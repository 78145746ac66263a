import { errors } from '../common/errors';
import { highestVersion, isVersionRange } from './chart-version';
import type { ChartRelease, ChartRepository, RequestOptions } from './types';

/** The version that a range means just now. */
export interface ResolvedChart extends ChartRelease {
  readonly digest: string;
}

/** A repository that is kept open: what it said is remembered until it is asked anew. */
export interface OpenChartRepository extends ChartRepository {
  /**
   * What a version or range of versions means, as Helm and Flux resolve it: from what is known, also from before a restart, else by asking. Throws
   * `ChartUnknown`, `ChartVersionMissing`, `ChartVersionUnreadable`.
   */
  resolve(chart: string, range: string, options?: RequestOptions): Promise<ResolvedChart>;
  /** Asks the repository what is new. Gives the revision of what it has now, as `revision` does. */
  refresh(options?: RequestOptions): Promise<string>;
  /** Of what is known, without asking: equal revisions, equal charts. Undefined where nothing is. */
  revision(): Promise<string | undefined>;
}

/** The release that a range means among those of a repository; throws what is wrong otherwise. */
export function chosenRelease<R extends ChartRelease>(repository: string, chart: string, range: string, releases: readonly R[]): R {
  if (!isVersionRange(range) && !releases.some(({ version }) => version === range)) throw errors.ChartVersionUnreadable({ chart, range });
  const release = highestVersion(range, releases);
  if (release === undefined) throw missingVersion(repository, chart, range, releases);
  return release;
}

/** That none of a chart's releases is the one meant. */
export function missingVersion(repository: string, chart: string, range: string, releases: readonly ChartRelease[]): Error {
  if (releases.length === 0) return errors.ChartUnknown({ repository, chart });
  return errors.ChartVersionMissing({ repository, chart, range: range === '' ? '*' : range, count: releases.length });
}
