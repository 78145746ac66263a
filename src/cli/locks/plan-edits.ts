import { errors } from '../../common/errors';
import { editMarkers, MarkerSyntaxError, policiesIn } from '../../model/edit-markers';
import { printLock } from '../../model/lock';
import { policyOf } from '../../model/lock-policies';
import { MARKER_WORD } from '../../model/marker';
import { sameRef, type VersionRef } from '../../model/version-ref';
import type { FileTree } from '../../preview/file-tree';
import { editLock, type LockEdit } from './edit-lock';
import type { LockFile } from './lock-files';
import type { LockedEntry } from './select-entries';
import type { TextEdit } from './text-edit';

export interface EditPlan {
  readonly edits: readonly TextEdit[];
  /** Changed entries whose version stands nowhere in the output by itself: it is computed with, or nothing automates it. Only a synth carries it on. */
  readonly lockAlone: readonly LockedEntry[];
}

/** What must be written so that locks and output say the same, as a synth with these locks would write it. */
export async function planEdits(tree: FileTree, output: string, byFile: ReadonlyMap<LockFile, LockEdit>): Promise<EditPlan> {
  const edits: TextEdit[] = [];
  const lockAlone: LockedEntry[] = [];
  for (const [cluster, locks] of groupByCluster(byFile)) {
    const changed = locks.flatMap(([file, { refs = new Map() }]) => [...refs].flatMap(([key, ref]) => changeOf(file, key, ref)));
    const refs = new Map(changed.flatMap(({ policy, ref }) => (policy === undefined ? [] : [[policy, ref] as const])));
    const { texts, policies } = await markedFiles(tree, `${output}/${cluster}`, refs);
    edits.push(...texts);
    edits.push(...locks.map(([file, edit]) => ({ path: file.path, text: printLock(editLock(file.lock, edit)) })));
    lockAlone.push(...changed.filter(({ policy }) => policy === undefined || !policies.has(policy)).map(({ one }) => one));
  }
  return { edits: edits.sort((a, b) => (a.path < b.path ? -1 : 1)), lockAlone };
}

interface Change {
  readonly one: LockedEntry;
  readonly ref: VersionRef;
  /** `<namespace>:<name>` of its ImagePolicy. */
  readonly policy?: string;
}

function changeOf(file: LockFile, key: LockedEntry['key'], ref: VersionRef): Change[] {
  const entry = file.lock.entries.get(key);
  return entry === undefined || sameRef(entry.ref, ref) ? [] : [{ one: { file, key, entry }, ref, policy: policyOf(entry) }];
}

/** Files of the output that change, and the policies with a marker in any of them. */
async function markedFiles(tree: FileTree, folder: string, refs: ReadonlyMap<string, VersionRef>) {
  const texts: TextEdit[] = [];
  const policies = new Set<string>();
  if (refs.size === 0) return { texts, policies };
  for (const path of await tree.containing(folder, MARKER_WORD)) {
    const before = (await tree.read(path)) ?? '';
    // Nothing else of the file matters, not even whether it is YAML.
    if (![...refs.keys()].some((policy) => before.includes(policy))) continue;
    const { text, found } = readable(path, () => ({ text: editMarkers(before, refs).text, found: policiesIn(before) }));
    for (const policy of found) policies.add(policy);
    if (text !== before) texts.push({ path, text });
  }
  return { texts, policies };
}

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MarkerSyntaxError) throw errors.OutputUnreadable({ file, line: error.line, reason: error.reason }, error);
    throw error;
  }
}

function groupByCluster(byFile: ReadonlyMap<LockFile, LockEdit>): Map<string, [LockFile, LockEdit][]> {
  const groups = new Map<string, [LockFile, LockEdit][]>();
  for (const [file, edit] of byFile) groups.set(file.cluster, [...(groups.get(file.cluster) ?? []), [file, edit]]);
  return groups;
}
