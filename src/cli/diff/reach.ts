import type { Preview } from '../../preview/types';
import type { Comparison } from './types';

/** When clusters take a change: with the branch it goes to, or when it reaches the branch they follow. */
export interface Reach {
  /** The branch it goes to. Undefined where nothing tells. */
  readonly branch?: string;
  readonly now: readonly ReachedCluster[];
  readonly later: readonly ReachedCluster[];
  /** Clusters that get what they got. */
  readonly unchanged: readonly string[];
}

export interface ReachedCluster {
  readonly cluster: string;
  /** Branch it follows. */
  readonly branch?: string;
  readonly layers: readonly string[];
  readonly objects: number;
}

export function reachOf({ objects, releases }: Comparison, after: Preview, before: Preview, branch: string | undefined): Reach {
  const names = [...new Set([...after.clusters, ...before.clusters].map(({ name }) => name))].sort();
  const changed = names.map((name): ReachedCluster => {
    const own = objects.filter(({ place }) => place.cluster === name);
    const layers = [
      ...own,
      ...releases.filter(({ place, before: old, after: now }) => place.cluster === name && !(old?.problem && now?.problem)),
    ].map(({ place }) => place.layer);
    const follows = [after, before]
      .map(({ clusters }) => clusters.find((cluster) => cluster.name === name)?.branch)
      .find((found) => found !== undefined);
    return { cluster: name, ...(follows === undefined ? {} : { branch: follows }), layers: [...new Set(layers)].sort(), objects: own.length };
  });
  const touched = changed.filter(({ layers }) => layers.length > 0);
  const isNow = (cluster: ReachedCluster) => branch === undefined || cluster.branch === undefined || cluster.branch === branch;
  return {
    ...(branch === undefined ? {} : { branch }),
    now: touched.filter(isNow),
    later: touched.filter((cluster) => !isNow(cluster)),
    unchanged: changed.filter(({ layers }) => layers.length === 0).map(({ cluster }) => cluster),
  };
}
