import { clusterName, type Found, type Root, rootsOf } from './kustomizations';
import { SAME_ROOT, type TreePlace } from './tree-place';

/** What the walk through one cluster's layers begins with. */
export interface ClusterStart {
  readonly name: string;
  /** Kustomizations that nothing in the tree has to apply first; none where a folder is applied by nobody. */
  readonly kustomizations: readonly Found[];
  /** The one that applies itself. */
  readonly root?: Root;
  readonly place: TreePlace;
}

/** Clusters by the Kustomizations that apply themselves; where there are none, by the folders that Kustomizations stand in. */
export function clusterStarts(found: readonly Found[], output: string): ClusterStart[] {
  const roots = rootsOf(found);
  if (roots.length > 0) return withOwnNames(roots).map(({ name, root }) => ({ name, kustomizations: [root], root, place: root.place }));
  if (found.length === 0) return [{ name: output.slice(output.lastIndexOf('/') + 1) || '.', kustomizations: [], place: SAME_ROOT }];
  const prefix = output === '' ? '' : `${output}/`;
  const folderOf = ({ file }: Found) => file.slice(prefix.length).split('/').slice(0, -1).at(0) ?? '.';
  return [...new Set(found.map(folderOf))].map((name) => ({ name, kustomizations: found.filter((one) => folderOf(one) === name), place: SAME_ROOT }));
}

/** Two clusters whose folders are called the same are told apart by the folders above. */
function withOwnNames(roots: readonly Root[]): { name: string; root: Root }[] {
  return roots.map((root) => {
    const name = clusterName(root);
    const isTaken = roots.some((other) => other !== root && clusterName(other) === name);
    return { name: isTaken ? root.path || root.object.metadata.name : name, root };
  });
}
