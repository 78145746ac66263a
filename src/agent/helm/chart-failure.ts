import { errors, FairleadError } from '../../common/errors';
import { reasons } from '../../model/conditions';

const ANSWERS = [
  errors.ChartUnknown,
  errors.ChartVersionMissing,
  errors.ChartVersionUnreadable,
  errors.ChartDigestMismatch,
  errors.ChartIndexTooLarge,
  errors.ArchiveInvalid,
  errors.ArtifactLayerMissing,
];

/** Whether a repository or registry only cannot be asked just now, which says nothing about the chart. */
export function isPassing(error: unknown): boolean {
  return isAboutRepository(error) && !ANSWERS.some((one) => one.is(error));
}

/** What Flux calls it where a chart cannot be had; undefined where that is not what went wrong. */
export function artifactReason(error: unknown): string | undefined {
  const others = [errors.SourceNotReady, errors.SourcePathMissing, errors.ChartSourceUnsupported, errors.ValuesFileMissing, errors.SourceKindUnknown];
  if (errors.ChartDigestMismatch.is(error)) return 'ChartDigestMismatch';
  return isAboutRepository(error) || others.some((one) => one.is(error)) ? reasons.artifactFailed : undefined;
}

/** Whether a registry or chart repository is what an error is about. */
export function isAboutRepository(error: unknown): boolean {
  return error instanceof FairleadError && error.code.startsWith('FL11');
}
