import { errors } from '../../common/errors';
import { LOCK_FOLDER, type Lock, LockSyntaxError, NO_NAMESPACE, parseLock } from '../../model/lock';
import type { FileTree } from './file-tree';

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
    const place = placeOf(path);
    const text = place && (await tree.read(path));
    if (place && text !== undefined) files.push({ path, ...place, lock: parsed(path, text) });
  }
  return files;
}

function placeOf(path: string): Pick<LockFile, 'cluster' | 'layer' | 'namespace'> | undefined {
  const match = /^locks\/([^/]+)\/([^/]+)\/([^/]+)\.yaml$/.exec(path);
  if (!match) return undefined;
  const [, cluster, layer, namespace] = match;
  return { cluster, layer, namespace: namespace === NO_NAMESPACE ? '' : namespace };
}

function parsed(file: string, text: string): Lock {
  try {
    return parseLock(text);
  } catch (error) {
    if (error instanceof LockSyntaxError) throw errors.LockInvalid({ file, line: error.line, text: error.text.trim() }, error);
    throw error;
  }
}
