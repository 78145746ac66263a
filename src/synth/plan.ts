import { errors } from '../common/errors';
import { type Owned, ownershipHash } from './ownership';
import { Problems } from './problems';
import type { RenderedFile } from './render-app';

/** What to do to the output folder, and nothing else is done to it. */
export interface Plan {
  readonly write: readonly RenderedFile[];
  /** Files that are ours, unchanged, and no longer wanted. */
  readonly remove: readonly string[];
  readonly unchanged: readonly RenderedFile[];
}

export interface Known {
  /** What we wrote last. */
  readonly owned: Owned;
  /** What Git says we wrote. Asked only when a file is not as we left it. */
  readonly ownedInGit: () => Owned;
  /** Text of a file on disk. */
  readonly read: (path: string) => string | undefined;
  /** Replace files that are not ours or were edited. */
  readonly force: boolean;
}

/**
 * Compares what is wanted with what is there. Paths are those of ownership.
 * @throws FairleadError where a file was edited by hand, or is not ours and in the way
 */
export function planChanges(wanted: readonly RenderedFile[], known: Known): Plan {
  const problems = new Problems();
  const write: RenderedFile[] = [];
  const unchanged: RenderedFile[] = [];
  const remove: string[] = [];

  const isOurs = (path: string, text: string): boolean => {
    const hash = ownershipHash(text);
    return known.owned.get(path)?.has(hash) || known.ownedInGit().get(path)?.has(hash) || false;
  };

  for (const file of wanted) {
    const text = known.read(file.path);
    if (text === file.text) unchanged.push(file);
    else if (text === undefined || known.force || isOurs(file.path, text)) write.push(file);
    else
      problems.add(
        file.construct,
        (known.owned.has(file.path) ? errors.HandEdited : errors.FileForeign)({ file: file.path, construct: file.construct }),
      );
  }

  const paths = new Set(wanted.map((file) => file.path));
  for (const path of known.owned.keys()) {
    if (paths.has(path)) continue;
    const text = known.read(path);
    if (text === undefined) continue;
    if (known.force || isOurs(path, text)) remove.push(path);
    else problems.add('', errors.HandEditedStale({ file: path }));
  }
  problems.throwIfAny();
  return { write, remove, unchanged };
}
