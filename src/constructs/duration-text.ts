import type { Duration } from 'cdk8s';
import { formatDuration } from '../common/go-duration';

/** As people write it in manifests: `10m`, `1h30m`, `90s` as `1m30s`. */
export function durationText(duration: Duration): string {
  return formatDuration(duration.toMilliseconds())
    .replace(/(?<=m)0s$/, '')
    .replace(/(?<=h)0m$/, '');
}
