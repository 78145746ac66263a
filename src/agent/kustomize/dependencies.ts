import { annotatedDependencies, unmetOf } from '../runtime/dependencies';
import type { FollowedRef, Ref, Runtime } from '../runtime/types';
import type { SourceRef, Sources } from '../source/types';
import { appliedState } from './applied-state';
import { type Kustomization, sourceOf } from './kustomization';

/** What a Kustomization waits for: Flux's `dependsOn`, which names Kustomizations, and ours by annotation, which names any kind. */
export function dependenciesOf(kustomization: Kustomization): Ref[] {
  const { spec, metadata } = kustomization;
  const own = (spec.dependsOn ?? []).map(({ name, namespace }) => ({
    kind: 'Kustomization',
    namespace: namespace ?? metadata.namespace ?? '',
    name,
  }));
  return [...own, ...annotatedDependencies(kustomization)];
}

/**
 * Those that are not ready, or ready for another revision of the same source only, as Flux sees it. A dependency whose files are the same at
 * this revision has nothing left to do, so it is not waited for.
 */
export async function unmetDependencies(
  kustomization: Kustomization,
  revision: string,
  runtime: Pick<Runtime, 'store' | 'clusters'>,
  sources: Sources,
): Promise<FollowedRef[]> {
  const all = dependenciesOf(kustomization);
  const unmet = await unmetOf(all, runtime);
  for (const ref of all) {
    if (ref.kind !== 'Kustomization' || unmet.includes(ref)) continue;
    const dependency = runtime.store.get<Kustomization>(ref)!;
    if (!(await isAt(dependency, sourceOf(kustomization), revision, sources))) unmet.push(ref);
  }
  return unmet;
}

async function isAt(dependency: Kustomization, source: SourceRef, revision: string, sources: Sources): Promise<boolean> {
  const own = sourceOf(dependency);
  if (own.kind !== source.kind || own.name !== source.name || own.namespace !== source.namespace) return true;
  if (dependency.status?.lastAppliedRevision === revision) return true;
  const state = appliedState(dependency);
  return state !== undefined && (await sources.digest(source, state.scope)) === state.tree;
}
