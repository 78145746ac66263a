import { policiesIn } from '../../model/edit-markers';
import { policyOf } from '../../model/lock-policies';
import { MARKER_WORD } from '../../model/marker';
import { idOf, type KubeObject, keyOf } from '../../model/object';
import type { FileTree } from '../../preview/file-tree';
import { objectsIn } from '../cluster/sync-objects';
import type { LockedEntry } from '../locks/select-entries';

/** An object of the output in which versions of entries stand. */
export interface AffectedObject {
  readonly object: KubeObject;
  /** File of the output. */
  readonly path: string;
  readonly entries: readonly LockedEntry[];
}

/** Objects with markers of these entries, as the output has them. */
export async function affectedObjects(tree: FileTree, output: string, entries: readonly LockedEntry[]): Promise<AffectedObject[]> {
  const found = new Map<string, AffectedObject>();
  for (const cluster of new Set(entries.map(({ file }) => file.cluster))) {
    for (const path of await tree.containing(`${output}/${cluster}`, MARKER_WORD)) {
      const text = (await tree.read(path)) ?? '';
      const policies = new Set(policiesIn(text));
      const here = entries.filter(({ entry }) => policies.has(policyOf(entry) ?? ''));
      if (here.length > 0) for (const object of objectsIn(text, path)) found.set(keyOf(idOf(object)), { object, path, entries: here });
    }
  }
  return [...found.values()];
}
