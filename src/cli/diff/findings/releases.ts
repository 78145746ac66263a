import { isDeepStrictEqual } from 'node:util';
import type { Preview, PreviewRelease } from '../../../preview/types';
import { oneLine } from '../../print/one-line';
import type { Finding, ReleaseChange } from '../types';

/** Charts of releases before and after, and releases of which nothing can be said. */
export function releaseFindings(change: ReleaseChange): Finding[] {
  const { place, before, after } = change;
  const subject = `release ${place.release?.name}`;
  const found: Finding[] = problemFinding(change, subject);
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

function problemFinding({ place, before, after }: ReleaseChange, subject: string): Finding[] {
  const problem = after?.problem ?? before?.problem;
  if (problem === undefined) return [];
  // What is the matter on both sides is nothing to do about in this change.
  const isNew = after?.problem !== undefined && before?.problem === undefined;
  if (isWrittenAlike(before, after)) {
    return [{ topic: 'problem', level: 'note', place, subject, text: 'cannot be rendered now as before, and nothing of it differs in Git' }];
  }
  const when = after?.problem === undefined ? ' as it was' : '';
  return [
    {
      topic: 'problem',
      level: isNew ? 'danger' : 'warning',
      place,
      subject,
      text: `cannot be rendered${when}: ${oneLine(problem.detail)}${isNew ? `; ${problem.remedy}` : ''}`,
    },
  ];
}

/** Whether a release renders on one side alone. */
export function isBrokenOrMended({ before, after }: ReleaseChange): boolean {
  return (before?.problem === undefined) !== (after?.problem === undefined);
}

/** Whether a release that renders on neither side is made of something else: what that changes is not known. */
export function isUncertain({ before, after }: ReleaseChange): boolean {
  return before?.problem !== undefined && after?.problem !== undefined && (before.inputs !== after.inputs || before.written !== after.written);
}

/** Whether both sides say the same of a release whose chart neither has. */
function isWrittenAlike(before: PreviewRelease | undefined, after: PreviewRelease | undefined): boolean {
  return before?.written !== undefined && before.written === after?.written;
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
            // What the remedy says of clusters is not so where none applies it.
            text: layer.kustomization === undefined ? problem.detail : `${problem.detail}; ${problem.remedy}`,
          }),
        ),
    ),
  );
}
