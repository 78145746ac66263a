import { chartName } from '../model/version-ref';
import type { ChartVersion } from './chart-version';
import type { HelmRelease } from './helm-release';
import { LockedVersion } from './locked-version';
import { policyName } from './policy-name';

/** A chart whose version a release takes from its lock. */
export interface LockedChart {
  /** Its repository as clusters read it, and as laptops and CI do. */
  readonly url: string;
  readonly clientUrl: string;
  readonly chart: string;
  readonly version: ChartVersion;
  /** Of a Helm repository: how annotation `fairlead.dev/chart` names the chart. Others are read as image repositories are. */
  readonly annotation?: string;
}

/** The version of a release's chart: one lock entry for each release. */
export function lockChart(release: HelmRelease, { url, clientUrl, chart, version, annotation }: LockedChart): LockedVersion {
  const { layer, namespace, name } = release;
  const { cluster } = layer;
  const { initial, automation } = version._options;
  const rule = { order: 'semver', range: version._text } as const;
  const policy = `${policyName(layer, namespace, name)}-chart`;
  const reference = chartName(url, chart);
  const automatedBy = cluster._images?.addPolicy({
    name: policy,
    rule,
    from: annotation === undefined ? { image: reference, options: {} } : { chart: annotation },
    automation: automation ?? layer._automation,
    digest: 'none',
  });
  return new LockedVersion(release, {
    cluster: cluster.node.id,
    layer: layer.node.id,
    namespace,
    key: `charts/${name}`,
    name: reference,
    source: { type: 'chart', url: clientUrl, chart },
    rule,
    pinsDigest: annotation !== undefined,
    initial,
    policy: cluster._images && `${cluster.agentNamespace}:${policy}`,
    automation: automatedBy,
    construct: release.node.path,
  });
}
