import { type Hold, printHold, printLock } from '../../model/lock';
import { WorkingTree } from '../../preview/file-tree';
import { editLock } from './edit-lock';
import { readLockFiles } from './lock-files';
import { currentPerson, newHold } from './new-hold';
import { projectAt } from './project';
import { entriesNamed, environmentOf, type LockedEntry, locksOfEnvironment } from './select-entries';
import { type TextEdit, writeEdits } from './text-edit';

export interface HoldOptions {
  readonly cluster?: string;
  readonly dryRun?: boolean;
}

interface Choice extends HoldOptions {
  readonly environment: string;
  readonly name?: string;
}

/** Puts holds into the locks of the working tree. An entry that is held already keeps the hold it has. Gives what to tell. */
export async function hold(choice: Choice, reason: string): Promise<string> {
  const { root } = projectAt(process.cwd());
  const made = newHold(reason, currentPerson(root), new Date());
  return change(root, choice, (_, before) => before ?? made);
}

/** Takes holds out of the locks of the working tree. Gives what to tell. */
export function release(choice: Choice): Promise<string> {
  return change(projectAt(process.cwd()).root, choice, () => undefined);
}

type Rule = (one: LockedEntry, before: Hold | undefined) => Hold | undefined;

async function change(root: string, { environment, name, cluster, dryRun = false }: Choice, rule: Rule): Promise<string> {
  const files = locksOfEnvironment(await readLockFiles(new WorkingTree(root)), { environment, cluster });
  const chosen = entriesNamed(files, name);
  const lines: string[] = [];
  const edits: TextEdit[] = [];
  for (const file of files) {
    const entries = chosen.filter((one) => one.file === file);
    const holds = new Map(entries.map((one) => [one.key, rule(one, file.lock.holds.get(one.key))]));
    for (const [key, after] of holds) lines.push(`  ${key}: ${describe(file.lock.holds.get(key), after)}`);
    const isChanged = [...holds].some(([key, after]) => after !== file.lock.holds.get(key));
    if (isChanged) edits.push({ path: file.path, text: printLock(editLock(file.lock, { holds })) });
  }
  if (!dryRun) await writeEdits(root, edits);
  return `${[environmentOf(files), ...lines, nextStep(edits, dryRun)].join('\n')}\n`;
}

function describe(before: Hold | undefined, after: Hold | undefined): string {
  if (after === undefined) return before === undefined ? 'was not held' : `released, was held since ${printHold(before)}`;
  return after === before ? `was held already, since ${printHold(after)}` : `held: ${after.reason}`;
}

function nextStep(edits: readonly TextEdit[], dryRun: boolean): string {
  if (edits.length === 0) return 'nothing to change';
  const paths = edits.map(({ path }) => path).join(' ');
  return dryRun ? `would change ${paths}` : `changed ${paths}: it takes effect once it is committed and pushed`;
}
