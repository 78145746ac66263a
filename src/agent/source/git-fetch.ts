import { errors } from '../../common/errors';
import type { Commit, Mirror } from '../../git/mirror';
import { listRemote, type RemoteOptions } from '../../git/remote';
import { publicUrl } from '../../git/url';
import { type Checkout, checkoutOf, type GitReference, highestTags, tagCheckout } from './git-checkout';

export interface Fetched {
  readonly checkout: Checkout;
  readonly commit: Commit;
}

/** Fetches what a reference means now. Throws `SourceRefUnknown` and the other errors of fetching. */
export async function fetchReference(
  mirror: Mirror,
  url: string,
  ref: GitReference | undefined,
  options: RemoteOptions,
  local?: string,
): Promise<Fetched> {
  const checkout = checkoutOf(ref, local) ?? (await newestTag(mirror, url, ref?.semver ?? '', options, local));
  // A commit never changes: what was fetched once needs no server.
  const here = ref?.commit ? await mirror.commit(checkout.name) : undefined;
  const commit = here ?? (await mirror.fetch(checkout.refspecs, checkout.name, { ...options, ref: checkout.words }));
  if (commit === undefined) throw errors.SourceRefUnknown({ url: publicUrl(url), ref: checkout.words });
  return { checkout, commit };
}

async function newestTag(mirror: Mirror, url: string, range: string, options: RemoteOptions, local: string | undefined): Promise<Checkout> {
  const refs = await listRemote(url, mirror.folder, ['refs/tags/*'], options);
  const tags = [...refs.keys()].filter((name) => !name.endsWith('^{}')).map((name) => name.slice('refs/tags/'.length));
  const highest = highestTags(range, tags);
  if (highest === undefined || highest.length === 0) {
    const problem = highest === undefined ? `(${range} is not a version range)` : `in ${range} among ${tags.length} tags`;
    throw errors.SourceRefUnknown({ url: publicUrl(url), ref: `version ${problem}` });
  }
  if (highest.length === 1) return tagCheckout(highest[0], local);
  // Build metadata has no order: the newest commit wins, as in Flux.
  let newest: { tag: string; at: number } | undefined;
  for (const tag of highest) {
    const { refspecs, name } = tagCheckout(tag, local);
    const commit = await mirror.fetch(refspecs, name, options);
    const at = commit?.committedAt.getTime() ?? 0;
    if (newest === undefined || at > newest.at) newest = { tag, at };
  }
  return tagCheckout((newest as { tag: string }).tag, local);
}
