import { isDeepStrictEqual } from 'node:util';
import type { Preview, PreviewRelease } from '../../../preview/types';
import type { Comparison, Finding, ReleaseChange } from '../types';

/** Charts of releases before and after, and releases of which nothing can be said. */
export function releaseFindings(change: ReleaseChange): Finding[] {
  const { place, before, after } = change;
  const subject = `release ${place.release?.name}`;
  const found: Finding[] = [];
  const problem = after?.problem ?? (after === undefined ? undefined : before?.problem);
  if (problem !== undefined) {
    const side = after?.problem === undefined ? ' as it was' : '';
    found.push({ topic: 'problem', level: 'warning', place, subject, text: `cannot be rendered${side}: ${problem.detail}; ${problem.remedy}` });
  }
  const [was, is] = [before?.chart, after?.chart];
  if (was === undefined || is === undefined) return found;
  if (was.name !== is.name)
    found.push({ topic: 'chart', level: 'warning', place, subject, text: `${was.name} ${was.version} → ${is.name} ${is.version}` });
  else if (was.version !== is.version)
    found.push({ topic: 'chart', level: 'note', place, subject, text: `${is.name} ${was.version} → ${is.version}` });
  else if (isChartAlone(before as PreviewRelease, after as PreviewRelease))
    found.push({ topic: 'chart', level: 'note', place, subject, text: `${is.name} ${is.version} has other content under the same version` });
  return found;
}

/** Whether a release renders to something else and its values are what they were. */
function isChartAlone(before: PreviewRelease, after: PreviewRelease): boolean {
  return before.problem === undefined && after.problem === undefined && isDeepStrictEqual(before.values, after.values);
}

/** Whether what differs is known: false where nothing does that can be seen, and a release that cannot be rendered may. */
export function isUncertain({ objects, releases }: Comparison): boolean {
  return objects.length === 0 && releases.some(({ before, after }) => before?.problem !== undefined || after?.problem !== undefined);
}

/** Problems of layers that were not there before. */
export function layerFindings(before: Preview, after: Preview): Finding[] {
  const known = new Set(
    before.clusters.flatMap(({ layers }) =>
      layers.flatMap((layer) => layer.problems.map(({ message }) => `${layer.cluster}/${layer.name} ${message}`)),
    ),
  );
  return after.clusters.flatMap(({ layers }) =>
    layers.flatMap((layer) =>
      layer.problems
        .filter(({ message }) => !known.has(`${layer.cluster}/${layer.name} ${message}`))
        .map(
          (problem): Finding => ({
            topic: 'problem',
            level: 'danger',
            place: { cluster: layer.cluster, layer: layer.name },
            subject: '',
            text: `${problem.detail}; ${problem.remedy}`,
          }),
        ),
    ),
  );
}
