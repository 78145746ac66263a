import { type ChartPlace, chartPlace as placeOfChart } from '../../objects/chart-place';
import type { Store } from '../runtime/types';
import type { HelmChart } from '../source/helm-chart';
import type { HelmRelease } from './helm-release';

/** Where a release's chart is; a HelmChart says so with its artifact. Throws `ChartSourceUnsupported`. */
export function chartPlace(object: HelmRelease, store: Pick<Store, 'get'>): ChartPlace {
  return placeOfChart(object, (ref) => {
    const found = store.get<HelmChart>(ref);
    const version = found?.status?.artifact?.revision;
    return found === undefined || version === undefined ? undefined : { spec: found.spec, annotations: found.metadata.annotations, version };
  });
}
