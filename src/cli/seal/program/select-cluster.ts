import { errors } from '../../../common/errors';
import { clustersIn } from '../../../synth/render-app';
import type { LoadedApp } from '../../load/load-app';
import { suggestion } from '../../locks/select-entries';

/** A cluster of a program, with the folder of cdk8s.yaml. */
export interface SelectedCluster {
  readonly cluster: string;
  /** Other clusters of the program. */
  readonly others: readonly string[];
  readonly root: string;
}

/**
 * The cluster of that name, or the only one.
 * @throws ClusterUnknown, ClusterNotNamed
 */
export function selectCluster(apps: readonly LoadedApp[], name: string | undefined): SelectedCluster {
  const all = apps.flatMap(({ app, options }) => [...clustersIn(app.node.findAll())].map((cluster) => ({ cluster, root: options.root })));
  const names = [...new Set(all.map(({ cluster }) => cluster))].sort();
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  const found = all.find(({ cluster }) => cluster === wanted);
  if (wanted === undefined) throw errors.ClusterNotNamed({ clusters: names.join(', ') || 'none' });
  if (found === undefined) throw errors.ClusterUnknown({ cluster: wanted, known: suggestion(wanted, names) });
  return { ...found, others: names.filter((other) => other !== wanted) };
}
