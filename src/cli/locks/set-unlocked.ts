import { errors } from '../../common/errors';
import { EMPTY_LOCK, type LockEntry, type LockKey, printLock } from '../../model/lock';
import { WorkingTree } from '../../preview/file-tree';
import type { LockRequest } from '../../synth/lock-request';
import { locksOf } from '../../synth/lock-requests';
import { fileOf, lockFor } from '../../synth/lock-rules';
import { loadApps } from '../load/load-app';
import type { Assignment } from './assignment';
import { readLockFiles } from './lock-files';
import type { EnvironmentChoice } from './select-entries';
import { requestsFor } from './select-requests';
import type { TextEdit } from './text-edit';

export interface SetUnlocked {
  readonly edits: readonly TextEdit[];
  readonly changed: readonly { readonly request: LockRequest; readonly version: Assignment['version'] }[];
}

/**
 * First versions of what no lock has an entry of: the program tells that there is such a thing, and its name.
 * @throws EnvironmentUnknown, EntryUnknown, EntryAmbiguous
 */
export async function setUnlocked(root: string, choice: EnvironmentChoice, assignments: readonly Assignment[]): Promise<SetUnlocked> {
  const all = (await loadApps(root)).flatMap(({ app }) => locksOf(app));
  const changed = assignments.map(({ name, version }) => ({ request: onlyRequest(all, { ...choice, name }), version }));
  const locks = new Map((await readLockFiles(new WorkingTree(root))).map(({ path, lock }) => [path, lock]));
  const edits = [...new Set(changed.map(({ request }) => fileOf(request)))].map((path): TextEdit => {
    const before = locks.get(path) ?? EMPTY_LOCK;
    const here = changed.filter(({ request }) => fileOf(request) === path);
    const set = here.map(({ request, version }): [LockKey, LockEntry] => [request.key, { ref: { ...version, name: request.name } }]);
    const requests = all.filter((request) => fileOf(request) === path);
    return { path, text: printLock(lockFor(requests, { ...before, entries: new Map([...before.entries, ...set]) })) };
  });
  return { edits, changed };
}

function onlyRequest(all: readonly LockRequest[], choice: EnvironmentChoice & { readonly name: string }): LockRequest {
  const found = requestsFor(all, choice);
  if (found.length === 1) return found[0];
  const choices = found.map(({ cluster, layer, namespace, key }) => `${namespace}/${key} of ${cluster}/${layer}`);
  throw errors.EntryAmbiguous({ name: choice.name, choices: choices.join(', ') });
}
