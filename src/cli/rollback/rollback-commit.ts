import { makeCommit } from '../../git/make-commit';
import type { FileEdit } from '../../git/writing';
import { type Hold, type LockKey, printHold } from '../../model/lock';
import { CommitTree } from '../../preview/commit-tree';
import { shortVersion } from '../locks/assignment';
import type { LockEdit } from '../locks/edit-lock';
import { type LockFile, readLockFiles } from '../locks/lock-files';
import { type EditPlan, planEdits } from '../locks/plan-edits';
import type { LockedEntry } from '../locks/select-entries';
import type { VersionChange } from '../locks/set-versions';
import type { Checkout } from './checkout';

/** A rollback to be committed. */
export interface Rollback {
  /** `prod`, as in the commit's message. */
  readonly environment: string;
  /** Output folder from that of cdk8s.yaml. */
  readonly output: string;
  readonly changes: readonly VersionChange[];
  /** Entries to hold, each with its hold. */
  readonly holds: ReadonlyMap<LockedEntry, Hold>;
  /** Where the versions are from. */
  readonly from: string;
}

export interface RollbackCommit {
  readonly id: string;
  readonly plan: EditPlan;
}

/** Makes the commit on a head, with what locks and output are there; undefined where nothing would change. No ref is moved. */
export async function commitRollback(checkout: Checkout, head: string, rollback: Rollback): Promise<RollbackCommit | undefined> {
  const tree = new CommitTree(checkout.place, head, checkout.prefix);
  try {
    const plan = await planEdits(tree, rollback.output, lockEdits(await readLockFiles(tree), rollback));
    const edits = plan.edits.map(({ path, text }): FileEdit => ({ path: `${checkout.prefix}${path}`, content: Buffer.from(text) }));
    const id = await makeCommit(checkout.place, { parent: head, edits, message: messageOf(rollback, plan), author: await checkout.author() });
    return id === undefined ? undefined : { id, plan };
  } finally {
    tree.close();
  }
}

/** Somebody may have changed the same locks since they were read: only what is to change is set in what is there. */
function lockEdits(files: readonly LockFile[], { changes, holds: all }: Rollback): Map<LockFile, LockEdit> {
  const edits = new Map<LockFile, LockEdit>();
  for (const file of files) {
    const refs = new Map(changes.filter(({ one }) => one.file.path === file.path).map(({ one, to }) => [one.key, to]));
    const holds = new Map<LockKey, Hold>([...all].filter(([one]) => one.file.path === file.path).map(([{ key }, hold]) => [key, hold]));
    if (refs.size > 0 || holds.size > 0) edits.set(file, { refs, holds });
  }
  return edits;
}

function messageOf({ environment, changes, from, holds }: Rollback, { lockAlone }: EditPlan): string {
  const what = changes.length === 1 ? ` ${changes[0].one.key} to ${changes[0].to.tag}` : '';
  const lines = changes.map(({ one, to }) => `${one.key}: ${shortVersion(one.entry.ref)} -> ${shortVersion(to)}`);
  const due =
    lockAlone.length === 0 ? [] : ['', `fairlead synth must follow: the output computes with ${lockAlone.map(({ key }) => key).join(', ')}.`];
  const held = [...holds].map(([{ key }, hold]) => `${key} is held: ${printHold(hold)}`);
  return [`Roll back ${environment}${what}`, '', `To ${from}.`, '', ...lines, ...held, ...due, ''].join('\n');
}
