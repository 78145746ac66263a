import { errors } from '../../common/errors';
import type { Preview, PreviewCluster } from '../../preview/types';

export type RootedCluster = PreviewCluster & Required<Pick<PreviewCluster, 'root'>>;

/** @throws SandboxClusterUnknown, SandboxClusterAmbiguous, SandboxRootMissing */
export function chooseCluster({ clusters }: Preview, name: string | undefined): RootedCluster {
  const found = name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  const names = clusters.map((cluster) => cluster.name).join(', ');
  if (found.length === 0) throw errors.SandboxClusterUnknown({ cluster: name ?? '', clusters: names || 'there is none' });
  if (found.length > 1) throw errors.SandboxClusterAmbiguous({ clusters: names, example: found[0].name });
  const [cluster] = found;
  const { root } = cluster;
  if (root === undefined || root.source.kind !== 'GitRepository') throw errors.SandboxRootMissing({ cluster: cluster.name });
  return { ...cluster, root };
}
