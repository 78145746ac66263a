import { kinds } from '../model/kinds';
import type { KustomizationSpec } from '../model/kustomization';
import type { KubeObject, ManifestObject } from '../model/object';
import { provesItself, readsOwn } from './own-sources';
import { objectOf } from './preview-object';
import { isWithin, pathInTree, placesAbove, placesBelow, SAME_ROOT, type TreePlace } from './tree-place';

export interface KustomizationObject extends KubeObject {
  readonly spec: KustomizationSpec;
}

/** A Kustomization and the file it stands in. */
export interface Found {
  readonly object: KustomizationObject;
  readonly file: string;
  /** What Flux Operator makes of a FluxInstance, this Kustomization among it: a cluster starts with that, wherever its file is. @default - it is written */
  readonly sync?: readonly ManifestObject[];
}

/** Folder of a cluster whose objects an agent starts from. */
const SYNC_LAYER = '_sync';

/** Kustomizations among objects; a kustomize patch of one says less. */
export function foundIn(objects: readonly ManifestObject[]): Found[] {
  return objects
    .filter(isKustomization)
    .map((manifest) => ({ object: objectOf(manifest) as KustomizationObject, file: manifest.file ?? '' }))
    .filter(({ object }) => lackOf(object) === undefined);
}

export function isKustomization({ group, kind }: Pick<ManifestObject, 'group' | 'kind'>): boolean {
  return group === kinds.Kustomization.group && kind === kinds.Kustomization.kind;
}

/** Why an API server would not take it, where that keeps us from following it. */
export function lackOf({ spec }: { readonly spec?: Partial<KustomizationObject['spec']> }): string | undefined {
  if (typeof spec?.sourceRef?.kind !== 'string' || typeof spec.sourceRef.name !== 'string') return 'has no spec.sourceRef with kind and name';
  if (spec.path !== undefined && typeof spec.path !== 'string') return 'has a spec.path that is no text';
  return Array.isArray(spec.postBuild?.substituteFrom ?? []) ? undefined : 'has a spec.postBuild.substituteFrom that is no list';
}

/** What a cluster starts from: a Kustomization that applies itself. */
export interface Root extends Found {
  /** Its folder from the root of the tree. */
  readonly path: string;
  readonly place: TreePlace;
}

/** Those that apply themselves, or that Flux Operator applies; where none is as the tree lies, as it would lie with its repository's root further up or down. */
export function rootsOf(found: readonly Found[]): Root[] {
  const candidates = found.filter(provesItself(found));
  const at = (placesOf: (file: string, path: string) => readonly TreePlace[], able = candidates) =>
    able.flatMap((one): Root[] => {
      const [place] = one.sync ? [SAME_ROOT] : placesOf(one.file, one.object.spec.path ?? '');
      return place === undefined ? [] : [{ ...one, place, path: pathInTree(one.object.spec.path, place) ?? '' }];
    });
  const asItLies = at((file, path) => (isWithin(file, path, SAME_ROOT) ? [SAME_ROOT] : []));
  // A cluster that was bootstrapped before it was given to Flux Operator is one all the same.
  if (asItLies.length > 0) return asItLies.filter(({ path, sync }, index) => !sync || asItLies.findIndex((other) => other.path === path) === index);
  // One of another repository would fit somewhere too.
  const own = candidates.filter(readsOwn(found));
  const deeper = at(placesAbove, own);
  return deeper.length > 0 ? deeper : at(placesBelow, own);
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
