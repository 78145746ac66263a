import type { StatusChange } from '../runtime/types';
import type { ImageRepository } from './types';

/** Tags that were seen on more than one image. In the status, so that ties fall as before where the data folder is lost. */
export const MOVING_TAGS = 'fairlead.dev/MovingTags';

const MOST = 200;
const SEPARATOR = ', ';

export function movingTagsOf({ status }: ImageRepository): readonly string[] {
  const condition = status?.conditions?.find(({ type }) => type === MOVING_TAGS);
  return condition === undefined ? [] : condition.message.split(SEPARATOR);
}

/** Those of a scan; past 200 the first in the alphabet. */
export function movingTagsChange(tags: readonly string[]): StatusChange {
  if (tags.length === 0) return { without: [MOVING_TAGS] };
  const message = [...tags].sort().slice(0, MOST).join(SEPARATOR);
  return { conditions: [{ type: MOVING_TAGS, status: 'True', reason: 'TagsMoved', message }] };
}
