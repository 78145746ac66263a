import { errors } from '../../common/errors';
import type { KubeObject } from '../../model/object';
import type { FileTree } from '../../preview/file-tree';
import { AGENT_LAYER, SYNC_LAYER } from '../../synth/placement';
import { type FollowedRepository, type LayerKustomization, layerSync, objectsBelow } from '../cluster/sync-objects';

/** What the output of a program has of a cluster. */
export interface CommittedCluster {
  readonly name: string;
  /** What it starts from. */
  readonly root: LayerKustomization;
  readonly repository: FollowedRepository;
  /** Every Kustomization in its folder of sync objects, the root among them. */
  readonly layers: readonly string[];
  /** The agent's own objects, definitions among them; none where the program leaves it out. */
  readonly agent: readonly KubeObject[];
  readonly agentNamespace: string;
}

/** @throws ClusterNotWritten, and OutputUnreadable */
export async function committedCluster(tree: FileTree, output: string, cluster: string): Promise<CommittedCluster> {
  const sync = await layerSync(tree, output, cluster, SYNC_LAYER);
  if (sync?.source === undefined) throw errors.ClusterNotWritten({ cluster, output, known: await knownClusters(tree, output) });
  const { kustomization: root, source: repository } = sync;
  const objects = await objectsBelow(tree, `${output}/${cluster}/${SYNC_LAYER}`);
  return {
    name: cluster,
    root,
    repository,
    layers: objects.filter(({ kind }) => kind === root.kind).map(({ metadata }) => metadata.name),
    agent: await objectsBelow(tree, `${output}/${cluster}/${AGENT_LAYER}`),
    agentNamespace: root.metadata.namespace ?? '',
  };
}

async function knownClusters(tree: FileTree, output: string): Promise<string> {
  const parts = (await tree.list(output)).map((path) => path.slice(output.length + 1).split('/'));
  const names = [...new Set(parts.flatMap(([cluster, layer]) => (layer === SYNC_LAYER ? [cluster!] : [])))];
  return names.length === 0 ? 'run fairlead synth first' : `it has ${names.join(', ')}; synthesize first where it is new`;
}

/** The Deployment of the agent among its objects. */
export function agentDeployment(objects: readonly KubeObject[]): KubeObject | undefined {
  return objects.find(({ kind }) => kind === 'Deployment');
}

export function imageOf(deployment: KubeObject): string {
  const { template } = deployment.spec as { template: { spec: { containers: readonly { image: string }[] } } };
  return template.spec.containers[0]!.image;
}

/** Whether an agent pushes: it commits versions, and nothing forbids it. */
export function pushes(deployment: KubeObject): boolean {
  const { template } = deployment.spec as { template: { spec: { containers: readonly { args?: readonly string[] }[] } } };
  const args = template.spec.containers[0]!.args ?? [];
  return args.includes('--image-automation=on') && !args.includes('--git-read-only');
}
