import { compareBytes } from './byte-order';
import type { Known } from './tag-facts';

/**
 * For `sort`, of tags that an order takes for equal: one never seen on another image comes before one that moved, then the longer, then
 * the alphabet. So where CI pushes `3f2a9c1` and `master` for each image, the tag that names the build wins.
 */
export function byPreference(known: Known): (a: string, b: string) => number {
  const moved = (tag: string) => (known(tag)?.moved ? 1 : 0);
  return (a, b) => moved(a) - moved(b) || b.length - a.length || compareBytes(a, b);
}
