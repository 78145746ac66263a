import { syncOptions } from '../../agent/start/sync-options';
import type { SyncOptions } from '../../agent/start/types';
import { errors } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { WorkingTree } from '../../preview/file-tree';
import type { Forge } from '../forge/types';
import { synthesizeNow } from '../load/synthesize-now';
import { type Project, projectAt } from '../locks/project';
import { type CommittedCluster, committedCluster } from './committed-cluster';
import type { LiveCluster } from './live-cluster';
import type { BootstrapOptions } from './options';
import { WorkTree } from './work-tree';

/** The folder and the cluster that are to belong together. */
export interface Scene {
  readonly name: string;
  readonly options: BootstrapOptions;
  readonly project: Project;
  readonly work: WorkTree;
  readonly client: RawKubeClient;
  readonly live: LiveCluster;
  readonly cluster: CommittedCluster;
  readonly sync: SyncOptions;
  /** Where the repository is, as far as there is a token for it. */
  readonly forge?: Forge;
}

/** The repository around the working folder. Throws `ProjectMissing`, `NoRepository`, `NoRemote`. */
export function repositoryHere(): Pick<Scene, 'project' | 'work'> {
  const project = projectAt(process.cwd());
  return { project, work: WorkTree.at(project.root) };
}

/** What the output has of a cluster now. */
export function readCluster({ root, output }: Project, name: string): Promise<CommittedCluster> {
  return committedCluster(new WorkingTree(root), output, name);
}

/** The same, of what the program makes now where the output has never heard of it. Nothing is written. */
export async function findCluster(project: Project, name: string): Promise<CommittedCluster> {
  try {
    return await readCluster(project, name);
  } catch (error) {
    if (!errors.ClusterNotWritten.is(error)) throw error;
    const tree = await synthesizeNow(new WorkingTree(project.root), project.root, process.cwd(), '');
    return committedCluster(tree, project.output, name);
  }
}

/** What the agent of a cluster starts from. */
export function syncOf({ repository, root }: CommittedCluster): SyncOptions {
  const { url, ref, secretRef } = repository.spec as { url: string; ref?: { branch?: string }; secretRef?: { name: string } };
  return syncOptions({
    url,
    branch: ref?.branch ?? 'main',
    path: root.spec.path ?? '',
    repositoryName: repository.metadata.name,
    kustomizationName: root.metadata.name,
    ...(secretRef === undefined ? {} : { secretName: secretRef.name }),
  });
}
