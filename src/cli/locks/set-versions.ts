import { errors } from '../../common/errors';
import type { LockKey } from '../../model/lock';
import type { VersionRef } from '../../model/version-ref';
import { WorkingTree } from '../../preview/file-tree';
import { findEntry } from '../entry';
import { printTable } from '../print/table';
import { type Assignment, parseAssignment, shortVersion } from './assignment';
import type { LockEdit } from './edit-lock';
import { type LockFile, readLockFiles } from './lock-files';
import { planEdits } from './plan-edits';
import { type Project, projectAt } from './project';
import { type EnvironmentChoice, entryNamed, environmentOf, type LockedEntry, locksOfEnvironment } from './select-entries';
import { setUnlocked } from './set-unlocked';
import { writeEdits } from './text-edit';

export interface SetOptions {
  readonly cluster?: string;
  readonly dryRun?: boolean;
}

/** Sets versions in the locks and the output of the working tree. Gives what to tell. */
export async function setVersions(environment: string, assignments: readonly string[], options: SetOptions): Promise<string> {
  const project = projectAt(process.cwd());
  const wanted = assignments.map(parseAssignment);
  const choice = { environment, cluster: options.cluster };
  try {
    return await setLocked(project, choice, wanted, options);
  } catch (error) {
    const isUnlocked = [errors.LocksMissing, errors.EnvironmentUnknown, errors.EntryUnknown].some((one) => one.is(error));
    // Without a program what locks say is all there is.
    if (!isUnlocked || !hasProgram(project.root)) throw error;
    return setFirst(project, choice, wanted, options);
  }
}

async function setLocked(
  { root, output }: Project,
  choice: EnvironmentChoice,
  wanted: readonly Assignment[],
  { dryRun }: SetOptions,
): Promise<string> {
  const tree = new WorkingTree(root);
  const files = locksOfEnvironment(await readLockFiles(tree), choice);
  const changes = wanted.map((assignment) => versionChange(files, assignment));
  const plan = await planEdits(tree, output, editsByFile(changes));
  if (!dryRun) await writeEdits(root, plan.edits);

  const rows = changes.map(({ one, to }) => [one.key, shortVersion(one.entry.ref), shortVersion(to)]);
  const held = changes.filter(({ one }) => one.file.lock.holds.has(one.key));
  const notes = [
    ...held.map(({ one }) => `${one.key} stays held: automation leaves it alone`),
    ...changes.filter(hasNewDigest).map(({ one }) => `${one.key}: a synth keeps the digest only where the policy has pinDigest`),
    ...plan.edits.map(({ path }) => `${dryRun ? 'would write' : 'wrote'} ${path}`),
    ...(plan.lockAlone.length === 0 ? [] : [`the output follows with the next fairlead synth: ${plan.lockAlone.map(({ key }) => key).join(', ')}`]),
  ];
  return told(environmentOf(files), rows, notes);
}

async function setFirst({ root }: Project, choice: EnvironmentChoice, wanted: readonly Assignment[], { dryRun }: SetOptions): Promise<string> {
  const { edits, changed } = await setUnlocked(root, choice, wanted);
  if (!dryRun) await writeEdits(root, edits);
  const rows = changed.map(({ request, version }) => [request.key, '', shortVersion(version)]);
  const notes = [...edits.map(({ path }) => `${dryRun ? 'would write' : 'wrote'} ${path}`), 'the output follows with the next fairlead synth'];
  return told(environmentOf(changed.map(({ request }) => request)), rows, notes);
}

function told(environment: string, rows: readonly (readonly string[])[], notes: readonly string[]): string {
  return `${environment}\n${printTable(['entry', 'old', 'new'], rows)}${notes.map((note) => `${note}\n`).join('')}`;
}

function hasNewDigest({ one, to }: VersionChange): boolean {
  return one.entry.ref.digest === undefined && to.digest !== undefined;
}

function hasProgram(root: string): boolean {
  try {
    findEntry(undefined, root);
    return true;
  } catch {
    return false;
  }
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

function editsByFile(changes: readonly VersionChange[]): Map<LockFile, LockEdit> {
  const refs = new Map<LockFile, Map<LockKey, VersionRef>>();
  for (const { one, to } of changes) refs.set(one.file, (refs.get(one.file) ?? new Map()).set(one.key, to));
  return new Map([...refs].map(([file, ofFile]) => [file, { refs: ofFile }]));
}
