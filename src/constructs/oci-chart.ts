import { ApiObject, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import { apiVersionOf } from '../model/object';
import type { ChartBinding } from './chart-binding';
import type { ChartVersion } from './chart-version';
import { durationText } from './duration-text';
import { nameFromPath } from './names';

const INTERVAL = Duration.minutes(10);
const LAYER_SELECTOR = { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' };

/** Each release has an OCIRepository of its own, which holds its version. */
export function ociChart(url: string, version: ChartVersion): ChartBinding {
  return {
    bind: (release) => {
      const name = nameFromPath(release);
      addSource(release, name, url, version);
      return { chartRef: { kind: kinds.OCIRepository.kind, name } };
    },
    problems: () => [...(/^oci:\/\/[^/]+\/.+/.test(url) ? [] : [errors.ChartUrlInvalid({ url })]), ...version._problems(url)],
  };
}

function addSource(release: Construct, name: string, url: string, version: ChartVersion): void {
  const ref = version._isExact ? { tag: version._text } : { semver: version._text };
  new ApiObject(release, kinds.OCIRepository.kind, {
    apiVersion: apiVersionOf(kinds.OCIRepository),
    kind: kinds.OCIRepository.kind,
    metadata: { name },
    spec: { interval: durationText(INTERVAL), url, ref, layerSelector: LAYER_SELECTOR },
  });
}
