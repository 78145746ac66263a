import { LOCK_FOLDER, type Lock, parseLockPath } from '../../model/lock';
import type { FileTree } from '../../preview/file-tree';
import { readLock } from '../../synth/read-lock';

/** A lock with where it belongs. */
export interface LockFile {
  /** From the folder of cdk8s.yaml. */
  readonly path: string;
  readonly cluster: string;
  readonly layer: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  readonly lock: Lock;
}

/**
 * Every lock of a tree, by path.
 * @param folder part of the locks, such as `locks/gke/dev`. @default all of them
 * @throws LockInvalid
 */
export async function readLockFiles(tree: FileTree, folder: string = LOCK_FOLDER): Promise<LockFile[]> {
  const files: LockFile[] = [];
  for (const path of await tree.list(folder)) {
    const place = parseLockPath(path);
    const text = place && (await tree.read(path));
    if (place && text !== undefined) files.push({ path, ...place, lock: readLock(path, text) });
  }
  return files;
}
