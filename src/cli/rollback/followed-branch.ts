import { errors } from '../../common/errors';
import { CommitTree } from '../../preview/commit-tree';
import { type LayerSync, layerSync } from '../cluster/sync-objects';
import { type LockFile, readLockFiles } from '../locks/lock-files';
import { type EnvironmentChoice, environmentOf, locksOfEnvironment } from '../locks/select-entries';
import type { Checkout } from './checkout';

/** An environment as a commit has it. */
export interface CommittedEnvironment {
  readonly files: readonly LockFile[];
  /** What the cluster follows it by. */
  readonly sync: LayerSync;
  /** Branch that the cluster follows. */
  readonly branch: string;
}

/**
 * Reads an environment at a commit.
 * @throws FollowedBranchUnknown, EnvironmentUnknown, EnvironmentAmbiguous
 */
export async function environmentAt(checkout: Checkout, commit: string, output: string, choice: EnvironmentChoice): Promise<CommittedEnvironment> {
  const tree = new CommitTree(checkout.place, commit, checkout.prefix);
  try {
    const files = locksOfEnvironment(await readLockFiles(tree), choice);
    const [{ cluster, layer }] = files;
    const sync = await layerSync(tree, output, cluster, layer);
    const unknown = (reason: string) => errors.FollowedBranchUnknown({ environment: environmentOf(files), reason });
    if (sync === undefined) throw unknown(`${output}/${cluster}/_sync has no Kustomization for it`);
    const branch = sync.source?.spec.ref?.branch;
    if (branch === undefined) throw unknown('its GitRepository names none');
    return { files, sync, branch };
  } finally {
    tree.close();
  }
}
