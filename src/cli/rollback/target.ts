import { errors } from '../../common/errors';
import { sameRef, type VersionRef } from '../../model/version-ref';
import { CommitTree } from '../../preview/commit-tree';
import { parseVersion } from '../locks/assignment';
import { readLockFiles } from '../locks/lock-files';
import type { LockedEntry } from '../locks/select-entries';
import { type VersionChange, versionChange } from '../locks/set-versions';
import type { Checkout } from './checkout';

/** What entries go back to. */
export interface RollbackTarget {
  /** What they were, those included that are that already. */
  readonly wanted: readonly VersionChange[];
  /** Those that change. */
  readonly changes: readonly VersionChange[];
  /** Where the versions are from, for people: `commit 1a2b3c4`. */
  readonly from: string;
}

export function rollbackTarget(wanted: readonly VersionChange[], from: string): RollbackTarget {
  return { wanted, changes: wanted.filter(({ one, to }) => !sameRef(to, one.entry.ref)), from };
}

/**
 * What `--to` means: the lock as it was at a commit, or one version of one entry.
 * @throws RollbackVersionAmbiguous, RollbackTargetUnknown
 */
export async function targetAt(checkout: Checkout, head: string, entries: readonly LockedEntry[], to: string): Promise<RollbackTarget> {
  const commit = /^[0-9a-f]{7,64}$/.test(to) || /^HEAD|[~^/]/.test(to) ? await checkout.commit(to) : undefined;
  return commit === undefined ? await versionTarget(checkout, head, entries, to) : await commitTarget(checkout, commit, entries);
}

/**
 * The newest of these commits at which a version was another than it is now.
 * @param commits newest first; those that this clone does not have are passed over
 */
export async function newestDifferent(
  checkout: Checkout,
  commits: readonly string[],
  entries: readonly LockedEntry[],
): Promise<RollbackTarget | undefined> {
  for (const id of commits) {
    if ((await checkout.commit(id)) === undefined) continue;
    const target = await commitTarget(checkout, id, entries);
    if (target.changes.length > 0) return target;
  }
  return undefined;
}

/** Entries that the lock had no version of then stay as they are. */
async function commitTarget(checkout: Checkout, commit: string, entries: readonly LockedEntry[]): Promise<RollbackTarget> {
  const wanted: VersionChange[] = [];
  for (const one of entries) {
    const to = await refAt(checkout, commit, one);
    if (to !== undefined) wanted.push({ one, to });
  }
  return rollbackTarget(wanted, `commit ${commit.slice(0, 12)}`);
}

async function versionTarget(checkout: Checkout, head: string, entries: readonly LockedEntry[], to: string): Promise<RollbackTarget> {
  const version = parseVersion(to);
  if (version === undefined) throw errors.RollbackTargetUnknown({ target: to });
  if (entries.length > 1) throw errors.RollbackVersionAmbiguous({ version: to, entries: entries.map(({ key }) => key).join(', ') });
  const [one] = entries;
  const before = version.digest === undefined ? await refInHistory(checkout, head, one, version.tag) : undefined;
  const ref = before ?? versionChange([one.file], { name: one.key, version }).to;
  return rollbackTarget([{ one, to: ref }], `version ${to}`);
}

/** The reference as the lock last had it with this tag: it knows the digest. */
async function refInHistory(checkout: Checkout, head: string, one: LockedEntry, tag: string): Promise<VersionRef | undefined> {
  for (const commit of await checkout.commitsOf(one.file.path, head)) {
    const ref = await refAt(checkout, commit, one);
    if (ref?.tag === tag) return ref;
  }
  return undefined;
}

/** What an entry was at a commit; undefined where it was none, or one of something else. */
async function refAt(checkout: Checkout, commit: string, { file, key, entry }: LockedEntry): Promise<VersionRef | undefined> {
  const tree = new CommitTree(checkout.place, commit, checkout.prefix);
  try {
    const [then] = await readLockFiles(tree, file.path);
    const ref = then?.lock.entries.get(key)?.ref;
    if (ref?.name !== entry.ref.name) return undefined;
    // Whether the digest is pinned is what the program says now.
    return entry.ref.digest === undefined ? { name: ref.name, tag: ref.tag } : ref;
  } finally {
    tree.close();
  }
}
