import { normalPath } from '../git/listing';
import { kinds } from '../model/kinds';
import type { KustomizationSpec } from '../model/kustomization';
import type { KubeObject, ManifestObject } from '../model/object';
import type { SourceRef } from '../model/source-ref';

export interface KustomizationObject extends KubeObject {
  readonly spec: KustomizationSpec;
}

/** A Kustomization and the file it stands in. */
export interface Found {
  readonly object: KustomizationObject;
  readonly file: string;
}

/** Folder of a cluster whose objects an agent starts from. */
const SYNC_LAYER = '_sync';

export function isKustomization({ group, kind }: Pick<ManifestObject, 'group' | 'kind'>): boolean {
  return group === kinds.Kustomization.group && kind === kinds.Kustomization.kind;
}

export function sourceOf({ metadata, spec }: KustomizationObject): SourceRef {
  return { kind: spec.sourceRef.kind, name: spec.sourceRef.name, namespace: spec.sourceRef.namespace ?? metadata.namespace ?? '' };
}

/** What a cluster starts from: a Kustomization that applies itself. */
export interface Root extends Found {
  /** Its folder from the root of the tree. */
  readonly path: string;
  /** Folders that lead from the root of the repository to the tree: empty, or ending in `/`. */
  readonly base: string;
}

/** Those that apply themselves. A tree may begin below the root of its repository: the paths of all of them then begin with the same folders. */
export function rootsOf(found: readonly Found[]): Root[] {
  const whole = found.flatMap((one) => rootAt(one, 0));
  if (whole.length > 0) return whole;
  const below = found.flatMap((one) => {
    const depth = normalPath(one.object.spec.path ?? '').split('/').length;
    return Array.from({ length: depth - 1 }, (_, index) => rootAt(one, index + 1))
      .flat()
      .slice(0, 1);
  });
  const bases = new Set(below.map(({ base }) => base));
  return bases.size === 1 ? below : [];
}

function rootAt(found: Found, skipped: number): Root[] {
  const parts = normalPath(found.object.spec.path ?? '').split('/');
  const path = parts.slice(skipped).join('/');
  const base = parts
    .slice(0, skipped)
    .map((part) => `${part}/`)
    .join('');
  return path === '' || found.file.startsWith(`${path}/`) ? [{ ...found, path, base }] : [];
}

/** A path of the repository as one of the tree; undefined where the tree does not hold it. */
export function pathInTree(path: string | undefined, base: string): string | undefined {
  const whole = normalPath(path ?? '');
  return whole.startsWith(base) ? whole.slice(base.length) : undefined;
}

/** `gke` of `dist/gke/_sync`, `production` of `clusters/production`; where a whole repository is one cluster's the name of its Kustomization. */
export function clusterName({ path, object }: Root): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== SYNC_LAYER);
  return parts.at(-1) ?? object.metadata.name;
}

/** The folder beside the root's, or the name of the Kustomization where folders are laid out in another way. */
export function layerName(path: string | undefined, name: string, root: Pick<Root, 'path'> | undefined): string {
  const parts = (root?.path ?? '').split('/');
  if (path === undefined || parts.at(-1) !== SYNC_LAYER) return name;
  const beside = [...parts.slice(0, -1), ''].join('/');
  return path.startsWith(beside) && !path.slice(beside.length).includes('/') ? path.slice(beside.length) : name;
}

/** The root's own layer first. */
export function byLayerName(a: { readonly name: string }, b: { readonly name: string }): number {
  if (a.name === b.name) return 0;
  if (a.name === SYNC_LAYER || b.name === SYNC_LAYER) return a.name === SYNC_LAYER ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
