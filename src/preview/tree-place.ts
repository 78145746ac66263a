import { normalPath } from '../git/listing';

/** How paths of a repository, as Kustomizations write them, are those of a tree: it may begin below or above the repository's root. */
export interface TreePlace {
  /** Folders of the repository above the tree: empty, or ending in `/`. */
  readonly above: string;
  /** Folders of the tree above the repository: empty, or ending in `/`. */
  readonly below: string;
}

export const SAME_ROOT: TreePlace = { above: '', below: '' };

/** A path of the repository as one of the tree; undefined where the tree does not hold it. */
export function pathInTree(path: string | undefined, { above, below }: TreePlace): string | undefined {
  const whole = normalPath(path ?? '');
  return whole.startsWith(above) ? normalPath(below + whole.slice(above.length)) : undefined;
}

/** Whether a file is in the folder that a path means. */
export function isWithin(file: string, path: string, place: TreePlace): boolean {
  const folder = pathInTree(path, place);
  return folder === '' || (folder !== undefined && file.startsWith(`${folder}/`));
}

/** Trees that begin above the repository, nearest to its root first, in which the file is in the folder. */
export function placesAbove(file: string, path: string): TreePlace[] {
  return leading(file)
    .map((below) => ({ above: '', below }))
    .filter((place) => isWithin(file, path, place));
}

/** Trees that begin below the repository's root in which the file is in the folder. */
export function placesBelow(file: string, path: string): TreePlace[] {
  return leading(normalPath(path))
    .map((above) => ({ above, below: '' }))
    .filter((place) => isWithin(file, path, place));
}

/** `a/` and `a/b/` of `a/b/c`. */
function leading(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
