import { ApiObject, Duration } from 'cdk8s';
import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import { CHART_LAYER } from '../model/media-types';
import { apiVersionOf } from '../model/object';
import type { ChartBinding } from './chart-binding';
import type { ChartVersion } from './chart-version';
import { durationText } from './duration-text';
import type { HelmRelease } from './helm-release';
import { lockChart } from './locked-chart';

const INTERVAL = Duration.minutes(10);
const LAYER_SELECTOR = { mediaType: CHART_LAYER, operation: 'copy' };

/** Each release has an OCIRepository of its own, which holds its version. */
export function ociChart(url: string, version: ChartVersion): ChartBinding {
  return {
    bind: (release) => {
      addSource(release, url, version);
      return { spec: { chartRef: { kind: kinds.OCIRepository.kind, name: release.name } } };
    },
    problems: () => [...(/^oci:\/\/[^/]+\/.+/.test(url) ? [] : [errors.ChartUrlInvalid({ url })]), ...version._problems(url)],
  };
}

function addSource(release: HelmRelease, url: string, version: ChartVersion): void {
  new ApiObject(release, kinds.OCIRepository.kind, {
    apiVersion: apiVersionOf(kinds.OCIRepository),
    kind: kinds.OCIRepository.kind,
    metadata: { name: release.name },
    spec: { interval: durationText(INTERVAL), url, ref: refOf(release, url, version), layerSelector: LAYER_SELECTOR },
  });
}

function refOf(release: HelmRelease, url: string, version: ChartVersion): { readonly [field: string]: string } {
  if (version._isExact) return { tag: version._text };
  if (!version._isLocked) return { semver: version._text };
  const slash = url.lastIndexOf('/');
  const repository = url.slice(0, slash);
  return { tag: lockChart(release, { url: repository, clientUrl: repository, chart: url.slice(slash + 1), version }).tag };
}
