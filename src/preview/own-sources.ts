import type { SourceRef } from '../model/source-ref';
import type { Found, KustomizationObject } from './kustomizations';
import { pathInTree, SAME_ROOT } from './tree-place';

/** Sources that hold a whole repository; what an ExternalArtifact holds is put together in the cluster. */
const REPOSITORIES = new Set(['GitRepository', 'OCIRepository', 'Bucket']);

export function sourceOf({ metadata, spec }: KustomizationObject): SourceRef {
  return { kind: spec.sourceRef.kind, name: spec.sourceRef.name, namespace: spec.sourceRef.namespace ?? metadata.namespace ?? '' };
}

function isSame(a: SourceRef, b: SourceRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** The source of some Kustomizations that most of all read, which is most likely the tree itself; several where nothing tells them apart. */
export function ownSources(some: readonly Found[], all: readonly Found[]): SourceRef[] {
  const readers = (source: SourceRef) => all.filter(({ object }) => isSame(sourceOf(object), source)).length;
  const able = some.filter(({ object }) => REPOSITORIES.has(object.spec.sourceRef.kind));
  const most = Math.max(...able.map(({ object }) => readers(sourceOf(object))));
  const likely = able.filter(({ object }) => readers(sourceOf(object)) === most);
  const partly = likely.filter(({ object }) => !readsAll(object));
  const sources = (partly.length > 0 ? partly : likely).map(({ object }) => sourceOf(object));
  return sources.filter((source, index) => sources.findIndex((other) => isSame(other, source)) === index);
}

/**
 * Whether a file that lies within a Kustomization's folder is applied by it: all of another repository would hold every file, and folders of what is
 * put together in the cluster are no folders of the tree.
 */
export function provesItself(found: readonly Found[]): (one: Found) => boolean {
  const isOwn = readsOwn(found);
  return (one) => REPOSITORIES.has(one.object.spec.sourceRef.kind) && (!readsAll(one.object) || isOwn(one));
}

/** Whether a Kustomization reads what most of all do. */
export function readsOwn(found: readonly Found[]): (one: Found) => boolean {
  const own = ownSources(found, found);
  return ({ object }) => own.some((source) => isSame(source, sourceOf(object)));
}

function readsAll({ spec }: KustomizationObject): boolean {
  return pathInTree(spec.path, SAME_ROOT) === '';
}
