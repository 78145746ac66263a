import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import type { HelmRelease } from './helm-release';

/** Flux makes a HelmChart for each release. One that it left, which we have no use for, goes with the release. */
export async function deleteLeftChart(client: Pick<KubeClient, 'delete'>, { status }: HelmRelease): Promise<void> {
  const [namespace, name] = (status?.helmChart ?? '').split('/');
  if (name === undefined) return;
  const { group, version, kind } = kinds.HelmChart;
  await client.delete({ group, version, kind, namespace, name });
}
