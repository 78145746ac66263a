import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { withCluster } from '../cluster/with-cluster';
import { belongingsOf, readApplied, within } from '../live/belongings';
import { findTarget } from '../live/find-target';
import { kustomizationOf, layersOf } from '../live/layers';
import type { LiveOptions } from '../live/options';
import { mustSee, readWorld } from '../live/read-world';
import type { LiveObjects } from '../live/world';
import { paintFor } from '../print/colour';
import { announced } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTree, type TreeNode, treeOf } from './print-tree';

export interface TreeOptions extends LiveOptions {
  readonly namespace?: string;
  readonly output?: OutputFormat;
}

/** `fairlead tree`: what belongs to what. Gives the exit code: 1 where something of it is not Ready. */
export async function runTree(target: string | undefined, options: TreeOptions): Promise<number> {
  return await withCluster(options, async (client) => {
    const trees = await announced('reading what was applied …', readTrees(client, target, options));
    if (options.output !== undefined) process.stdout.write(printStructured(trees, options.output));
    else process.stdout.write(trees.length === 0 ? nothing(options) : printTree(trees, paintFor(process.stdout)));
    return trees.every(isWell) ? 0 : 1;
  });
}

async function readTrees(client: KubeClient, target: string | undefined, options: TreeOptions): Promise<TreeNode[]> {
  const world = await readWorld(client, options);
  mustSee(world, 'Kustomization');
  const roots = target === undefined ? rootsOf(world.objects) : [await findTarget(client, target, world, options.namespace)];
  await readApplied(client, world, roots);
  const all = roots.map((root) => belongingsOf(root, world.objects));
  const { namespace } = options;
  const shown = target === undefined && namespace !== undefined ? all.flatMap((one) => within(namespace, one)) : all;
  return shown.map((one) => treeOf(one, world));
}

function nothing({ namespace }: TreeOptions): string {
  return namespace === undefined ? 'nothing is applied yet: fairlead status\n' : `nothing that is applied lies in namespace ${namespace}\n`;
}

/** Kustomizations that no other one applied. */
function rootsOf(objects: LiveObjects): KubeObject[] {
  const all = layersOf(objects).map(({ kustomization }) => kustomization);
  return all.filter((one) => {
    const owner = kustomizationOf(one, objects);
    return owner === undefined || owner === one;
  });
}

function isWell({ health, parts }: TreeNode): boolean {
  return (health === 'Ready' || health === 'Suspended') && parts.every(isWell);
}
