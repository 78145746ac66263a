import type { ReleaseTarget } from '../../objects/release-target';
import type { HelmRelease } from './helm-release';
import { latestOf } from './history';

/**
 * Where the release was, when that is another place than now: it has to be uninstalled there first. Undefined: it is where it was.
 *
 * Another chart name is another release only where `upgrade.chartNameChangeStrategy: Reinstall` says so. Flux takes that for
 * granted, and so deletes what runs when a chart is renamed.
 */
export function targetChange(object: HelmRelease, target: ReleaseTarget, chartName: string): ReleaseTarget | undefined {
  const latest = latestOf(object.status?.history ?? []);
  const storageNamespace = object.status?.storageNamespace;
  if (latest === undefined || storageNamespace === undefined) return undefined;
  const isElsewhere = storageNamespace !== target.storageNamespace || latest.namespace !== target.namespace || latest.name !== target.name;
  const isOtherChart = latest.chartName !== chartName && object.spec.upgrade?.chartNameChangeStrategy === 'Reinstall';
  return isElsewhere || isOtherChart ? { name: latest.name, namespace: latest.namespace, storageNamespace } : undefined;
}
