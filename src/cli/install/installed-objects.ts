import { dump, load } from 'js-yaml';
import { gitRepository, rootKustomization } from '../../agent/start/sync-objects';
import { syncOptions } from '../../agent/start/sync-options';
import type { SyncOptions } from '../../agent/start/types';
import { errors } from '../../common/errors';
import { agentObjects } from '../../install/agent-objects';
import { agentCrds } from '../../install/crds';
import type { AgentFeatures, AgentSync } from '../../install/types';
import { kinds } from '../../model/kinds';
import { DEFAULT_AGENT_NAMESPACE } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { WorkingTree } from '../../preview/file-tree';
import { IMAGES_LAYER } from '../../synth/placement';
import type { CommittedCluster } from '../bootstrap/committed-cluster';
import { readCluster, syncOf } from '../bootstrap/scene';
import { objectsBelow } from '../cluster/sync-objects';
import { projectAt } from '../locks/project';
import type { InstallOptions } from './options';

/** The agent and what it follows, as objects. */
export interface Installation {
  readonly namespace: string;
  readonly sync: SyncOptions;
  /** Definitions first, what is followed last. */
  readonly objects: readonly KubeObject[];
}

/** As the program of this folder has a cluster, or as the flags say. Throws `SyncUnknown`, `ProjectMissing`, `ClusterNotWritten`. */
export async function installationOf(cluster: string | undefined, options: InstallOptions): Promise<Installation> {
  if (cluster !== undefined) return ofProject(cluster, options);
  const { gitUrl: url, gitPath: path, gitBranch: branch, gitSecret: secretName, agentNamespace: namespace = DEFAULT_AGENT_NAMESPACE } = options;
  if (url === undefined || path === undefined) throw errors.SyncUnknown();
  const sync = syncOptions({ url, path, branch, ...(secretName === undefined ? {} : { secretName }) });
  const follows = [gitRepository(sync, namespace), rootKustomization(sync, sync.path, namespace)];
  return { namespace, sync, objects: [...agentOf(options, sync, namespace, true), ...follows] };
}

async function ofProject(name: string, options: InstallOptions): Promise<Installation> {
  const project = projectAt(process.cwd());
  const cluster = await readCluster(project, name);
  const { agentNamespace: namespace, repository, root } = cluster;
  const sync = syncOf(cluster);
  const images = await objectsBelow(new WorkingTree(project.root), `${project.output}/${name}/${IMAGES_LAYER}`);
  const commits = images.some(({ kind }) => kind === kinds.ImageUpdateAutomation.kind);
  const agent = cluster.agent.length > 0 ? inOrder(cluster) : agentOf(options, sync, namespace, commits);
  return { namespace, sync, objects: [...agent, repository, root] };
}

/** Files have no order: definitions and the namespace are what others need. */
function inOrder({ agent }: CommittedCluster): KubeObject[] {
  const rank = ({ kind }: KubeObject) => ['CustomResourceDefinition', 'Namespace'].indexOf(kind) >>> 0;
  return [...agent].sort((a, b) => rank(a) - rank(b));
}

function agentOf(options: InstallOptions, sync: SyncOptions, namespace: string, imageAutomation: boolean): KubeObject[] {
  const { image, readOnly } = options;
  const features: AgentFeatures = { imageAutomation: imageAutomation && readOnly !== true };
  const definitions = agentCrds(features).map(({ text }) => load(text) as KubeObject);
  const agentSync: AgentSync = { ...sync, readOnly };
  return [...definitions, ...agentObjects({ namespace, image, features, sync: agentSync })];
}

/** One stream, the same each time. */
export function printObjects(objects: readonly KubeObject[]): string {
  return objects.map((object) => `---\n${dump(object, { lineWidth: -1, noRefs: true })}`).join('');
}
