import type { SourceRef } from '../model/source-ref';
import { clusterName, type Found, type Root, rootsOf } from './kustomizations';
import { ownSources, provesItself, sourceOf } from './own-sources';
import { isWithin, SAME_ROOT, type TreePlace } from './tree-place';

/** What the walk through one cluster's layers begins with. */
export interface ClusterStart {
  readonly name: string;
  /** Kustomizations that nothing in the tree has to apply first; none where a folder is applied by nobody. */
  readonly kustomizations: readonly Found[];
  /** The one that applies itself. */
  readonly root?: Root;
  /** Sources that mean the tree. */
  readonly sources: readonly SourceRef[];
  readonly place: TreePlace;
}

/** Clusters by the Kustomizations that apply themselves; where there are none, by the folders of those that no other applies. */
export function clusterStarts(found: readonly Found[], output: string): ClusterStart[] {
  const roots = rootsOf(found);
  if (roots.length > 0)
    return withOwnNames(roots).map(({ name, root }) => ({ name, kustomizations: [root], root, sources: [sourceOf(root.object)], place: root.place }));
  const named = lastOf(output);
  if (found.length === 0) return [{ name: named, kustomizations: [], sources: [], place: SAME_ROOT }];
  // All of another repository is no start of this one, and holds none of its files.
  const proven = found.filter(provesItself(found));
  const able = proven.length > 0 ? proven : found;
  const free = able.filter((one) => !able.some((other) => other !== one && isWithin(one.file, other.object.spec.path ?? '', SAME_ROOT)));
  const groups = byCluster(free.length > 0 ? free : able);
  const isAlone = (folder: string) => groups.filter((one) => lastOf(one.folder) === lastOf(folder)).length === 1;
  return groups.map(({ folder, members }) => ({
    name: folder === '' ? named : isAlone(folder) ? lastOf(folder) : folder,
    kustomizations: members,
    sources: ownSources(members, found),
    place: SAME_ROOT,
  }));
}

/** One cluster, unless it would have two Kustomizations of one name: then as many as there are folders, as few levels down as need be. */
function byCluster(found: readonly Found[]): { folder: string; members: Found[] }[] {
  const deepest = Math.max(...found.map((one) => foldersOf(one).length));
  for (let depth = 0; ; depth++) {
    const groups = new Map<string, Found[]>();
    for (const one of found) {
      const folder = foldersOf(one).slice(0, depth).join('/');
      groups.set(folder, [...(groups.get(folder) ?? []), one]);
    }
    const all = [...groups.values()];
    if (depth === deepest || all.every(haveOwnNames)) return all.map((members) => ({ folder: commonFolder(members), members }));
  }
}

function haveOwnNames(members: readonly Found[]): boolean {
  return new Set(members.map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`)).size === members.length;
}

function commonFolder(members: readonly Found[]): string {
  return members
    .map(foldersOf)
    .reduce((one, other) => {
      const parting = one.findIndex((part, index) => part !== other[index]);
      return parting < 0 ? one : one.slice(0, parting);
    })
    .join('/');
}

function foldersOf({ file }: Found): string[] {
  return file.split('/').slice(0, -1);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || '.';
}

/** Two clusters whose folders are called the same are told apart by the folders above. */
function withOwnNames(roots: readonly Root[]): { name: string; root: Root }[] {
  return roots.map((root) => {
    const name = clusterName(root);
    const isTaken = roots.some((other) => other !== root && clusterName(other) === name);
    return { name: isTaken ? root.path || root.object.metadata.name : name, root };
  });
}
