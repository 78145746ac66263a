import { errors } from '../../common/errors';
import type { LockKey } from '../../model/lock';
import type { VersionRef } from '../../model/version-ref';
import { printTable } from '../print/table';
import { type Assignment, parseAssignment, shortVersion } from './assignment';
import type { LockEdit } from './edit-lock';
import { WorkingTree } from './file-tree';
import { type LockFile, readLockFiles } from './lock-files';
import { planEdits } from './plan-edits';
import { projectAt } from './project';
import { entryNamed, environmentOf, type LockedEntry, locksOfEnvironment } from './select-entries';
import { writeEdits } from './text-edit';

export interface SetOptions {
  readonly cluster?: string;
  readonly dryRun?: boolean;
}

/** Sets versions in the locks and the output of the working tree. Gives what to tell. */
export async function setVersions(environment: string, assignments: readonly string[], options: SetOptions): Promise<string> {
  const project = projectAt(process.cwd());
  const tree = new WorkingTree(project.root);
  const files = locksOfEnvironment(await readLockFiles(tree), { environment, cluster: options.cluster });
  const changes = assignments.map(parseAssignment).map((assignment) => versionChange(files, assignment));
  const plan = await planEdits(tree, project.output, editsByFile(changes));
  if (!options.dryRun) await writeEdits(project.root, plan.edits);

  const rows = changes.map(({ one, to }) => [one.key, shortVersion(one.entry.ref), shortVersion(to)]);
  const notes = [
    ...changes.filter(({ one }) => one.file.lock.holds.has(one.key)).map(({ one }) => `${one.key} stays held: automation leaves it alone`),
    ...plan.edits.map(({ path }) => `${options.dryRun ? 'would write' : 'wrote'} ${path}`),
    ...(plan.lockAlone.length === 0 ? [] : [`the output follows with the next fairlead synth: ${plan.lockAlone.map(({ key }) => key).join(', ')}`]),
  ];
  return `${environmentOf(files)}\n${printTable(['entry', 'old', 'new'], rows)}${notes.map((note) => `${note}\n`).join('')}`;
}

/** What an entry becomes. */
export interface VersionChange {
  readonly one: LockedEntry;
  readonly to: VersionRef;
}

/** @throws EntryUnknown, EntryAmbiguous, DigestNeeded */
export function versionChange(files: readonly LockFile[], { name, version }: Assignment): VersionChange {
  const one = entryNamed(files, name);
  const { ref } = one.entry;
  // Another tag has another digest, and only a registry knows which.
  if (ref.digest !== undefined && version.digest === undefined && version.tag !== ref.tag) {
    throw errors.DigestNeeded({ entry: one.key, name, tag: version.tag });
  }
  return { one, to: { ...version, name: ref.name, ...(version.tag === ref.tag && version.digest === undefined ? { digest: ref.digest } : {}) } };
}

export function editsByFile(changes: readonly VersionChange[]): Map<LockFile, LockEdit> {
  const refs = new Map<LockFile, Map<LockKey, VersionRef>>();
  for (const { one, to } of changes) refs.set(one.file, (refs.get(one.file) ?? new Map()).set(one.key, to));
  return new Map([...refs].map(([file, ofFile]) => [file, { refs: ofFile }]));
}
