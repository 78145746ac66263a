import { digestOf } from '../../common/digest';
import { errors } from '../../common/errors';
import { DEFAULT_EXCLUSIONS, exclusionList } from '../../images/exclusion-list';
import { isProblem } from '../../images/problem';
import type { ImageRepository } from './types';

const MOST_LATEST = 10;

/** What a scan found, without what is excluded. */
export interface FoundTags {
  /** Each once, the last in the alphabet first. */
  readonly tags: readonly string[];
  /** Equal revisions, equal tags. */
  readonly revision: string;
}

export function exclusionsOf({ spec }: ImageRepository): readonly string[] {
  return spec.exclusionList === undefined || spec.exclusionList.length === 0 ? DEFAULT_EXCLUSIONS : spec.exclusionList;
}

/** Whether a tag stays. Throws `ImageExclusionInvalid`. */
export function filterOf(exclusions: readonly string[]): (tag: string) => boolean {
  const list = exclusionList(exclusions);
  if (isProblem(list)) throw errors.ImageExclusionInvalid({ reason: list.problem });
  return (tag) => list.keeps(tag);
}

/** In Flux's order and with its checksum, so that a change of the agent is no change of the tags. */
export function foundTags(all: readonly string[], keeps: (tag: string) => boolean): FoundTags {
  const tags = [...new Set(all)].filter(keeps).sort().reverse();
  return { tags, revision: digestOf(tags.map((tag) => `${tag}\n`).join('')) };
}

/** For `status.lastScanResult.latestTags`. */
export function latestTags({ tags }: FoundTags): readonly string[] | undefined {
  return tags.length === 0 ? undefined : tags.slice(0, MOST_LATEST);
}
