import { RE2JS } from 're2js';
import { errors } from '../common/errors';
import { CHART_LAYER } from '../model/media-types';
import { highestVersion, isVersionRange } from './chart-version';

/** What an OCIRepository wants of its repository. Of several fields the later one here counts. */
export interface OCIReference {
  /** @default latest */
  readonly tag?: string;
  readonly semver?: string;
  /** Tags in question for `semver`: RE2, found anywhere in a tag. */
  readonly semverFilter?: string;
  readonly digest?: string;
}

/**
 * The highest tag in a range, as Flux chooses it. In tags of charts `_` stands for `+`. Throws `ArtifactTagMissing`, also where range or filter cannot be
 * read.
 */
export function tagInRange({ semver = '', semverFilter }: OCIReference, mediaType: string | undefined, tags: readonly string[], url: string): string {
  const missing = (problem: string) => errors.ArtifactTagMissing({ url, problem });
  if (!isVersionRange(semver)) throw missing(`${semver} is no range of versions`);
  const admitted = semverFilter === undefined || semverFilter === '' ? tags : tags.filter(filterBy(semverFilter, missing));
  const versions = admitted.map((tag) => ({ tag, version: mediaType === CHART_LAYER ? tag.replaceAll('_', '+') : tag }));
  const highest = highestVersion(semver, versions);
  if (highest === undefined) throw missing(`no match found for semver: ${semver}, among ${admitted.length} of ${tags.length} tags`);
  return highest.tag;
}

function filterBy(pattern: string, missing: (problem: string) => Error): (tag: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (tag) => compiled.matcher(tag).find();
  } catch {
    throw missing(`semverFilter ${pattern} is no regular expression`);
  }
}
