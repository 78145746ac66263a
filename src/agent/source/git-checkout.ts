import { parseVersion, VersionRange } from '../../common/version-range';

/** `spec.ref` of a GitRepository; of several fields the later one here counts. */
export interface GitReference {
  /** @default master, as in Flux */
  readonly branch?: string;
  readonly tag?: string;
  /** A range; the highest tag in it. */
  readonly semver?: string;
  /** Full name: `refs/pull/420/head`. */
  readonly name?: string;
  /** With `branch` the revision carries its name. */
  readonly commit?: string;
}

/** What to fetch for a reference, and what to call it. */
export interface Checkout {
  /** For messages: `branch main`. */
  readonly words: string;
  readonly refspecs: readonly string[];
  /** What the fetched commit is known by locally. */
  readonly name: string;
  /** As Flux writes revisions: `main@sha1:<commit>`. */
  revision(commit: string): string;
}

const LOCAL = 'refs/fairlead/head';

/**
 * Undefined for a semver range: which tag it means is known only from the server.
 * @param local what it is called in the mirror
 */
export function checkoutOf(ref: GitReference = {}, local = LOCAL): Checkout | undefined {
  if (ref.commit) {
    const refspecs = ref.branch ? [`+refs/heads/${ref.branch}:${local}`] : ['+refs/heads/*:refs/fairlead/heads/*'];
    return { words: `commit ${ref.commit}`, refspecs, name: ref.commit, revision: (commit) => revisionOf(ref.branch, commit) };
  }
  if (ref.name) {
    const { name } = ref;
    return {
      words: `ref ${name}`,
      refspecs: [`+${name.replace(/\^\{\}$/, '')}:${local}`],
      name: local,
      revision: (commit) => revisionOf(name, commit),
    };
  }
  if (ref.semver) return undefined;
  if (ref.tag) return tagCheckout(ref.tag, local);
  const branch = ref.branch || 'master';
  return { words: `branch ${branch}`, refspecs: [`+refs/heads/${branch}:${local}`], name: local, revision: (commit) => revisionOf(branch, commit) };
}

export function tagCheckout(tag: string, local = LOCAL): Checkout {
  return { words: `tag ${tag}`, refspecs: [`+refs/tags/${tag}:${local}`], name: local, revision: (commit) => revisionOf(tag, commit) };
}

/**
 * The highest tag in a range, by Flux's rules: complete versions only, with or without `v`. Several where they differ in build metadata
 * alone. Empty where none matches; undefined where the range is none.
 */
export function highestTags(range: string, tags: readonly string[]): string[] | undefined {
  const wanted = VersionRange.parse(range);
  if (wanted === undefined) return undefined;
  const versions = tags.flatMap((tag) => {
    const version = parseVersion(tag);
    return version !== undefined && wanted.includes(version) ? [{ tag, version }] : [];
  });
  versions.sort((a, b) => b.version.compare(a.version));
  return versions.filter(({ version }) => version.compare(versions[0].version) === 0).map(({ tag }) => tag);
}

export function revisionOf(name: string | undefined, commit: string): string {
  const digest = digestOfId(commit);
  return name === undefined || name === '' ? digest : `${name}@${digest}`;
}

/** `sha1:…` or, in repositories that use it, `sha256:…`. */
export function digestOfId(id: string): string {
  return `${id.length === 64 ? 'sha256' : 'sha1'}:${id}`;
}

/** The commit in a revision such as `main@sha1:<commit>`. */
export function commitOf(revision: string): string {
  return revision.slice(revision.lastIndexOf(':') + 1);
}

/** Whether a ref can be asked for as it is: no wildcard, no option, nothing that git would read otherwise. */
export function isValidReference(ref: GitReference = {}): boolean {
  const isName = (name: string) => /^[^\s~^:?*[\\\p{Cc}+-][^\s~^:?*[\\\p{Cc}]*$/u.test(name) && !name.includes('..') && !name.endsWith('/');
  const names = [ref.branch, ref.tag, ref.name?.replace(/\^\{\}$/, '')].filter((name) => name !== undefined && name !== '');
  return names.every((name) => isName(name as string)) && (!ref.commit || /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref.commit));
}
