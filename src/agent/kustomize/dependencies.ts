import { errors } from '../../common/errors';
import { conditionTypes } from '../../model/conditions';
import { annotations } from '../../model/labels';
import type { Reconciled, Ref, Store } from '../runtime/types';
import type { SourceRef, Sources } from '../source/types';
import { appliedState } from './applied-state';
import { type Kustomization, sourceOf } from './kustomization';

/** What a Kustomization waits for: Flux's `dependsOn`, which names Kustomizations, and ours by annotation, which names any kind. */
export function dependenciesOf({ spec, metadata }: Kustomization): Ref[] {
  const own = (spec.dependsOn ?? []).map(({ name, namespace }) => ({
    kind: 'Kustomization',
    namespace: namespace ?? metadata.namespace ?? '',
    name,
  }));
  const parts = (metadata.annotations?.[annotations.dependsOn] ?? '').split(',').map((part) => part.trim());
  return [...own, ...parts.filter((part) => part !== '').map(parseRef)];
}

function parseRef(part: string): Ref {
  const [kind, namespace, name, ...more] = part.split('/');
  if (!kind || !namespace || !name || more.length > 0) throw errors.DependencyInvalid({ annotation: annotations.dependsOn, part });
  return { kind, namespace, name };
}

/**
 * Those that are not ready, or ready for another revision of the same source only, as Flux sees it. A dependency whose files are the same at
 * this revision has nothing left to do, so it is not waited for.
 */
export async function unmetDependencies(kustomization: Kustomization, revision: string, store: Pick<Store, 'get'>, sources: Sources): Promise<Ref[]> {
  const unmet: Ref[] = [];
  for (const ref of dependenciesOf(kustomization)) {
    const dependency = store.get(ref);
    const isMet =
      isReady(dependency) && (ref.kind !== 'Kustomization' || (await isAt(dependency as Kustomization, sourceOf(kustomization), revision, sources)));
    if (!isMet) unmet.push(ref);
  }
  return unmet;
}

/** Ready for the spec it has now. */
function isReady(object: Reconciled | undefined): boolean {
  const ready = object?.status?.conditions?.find(({ type }) => type === conditionTypes.ready);
  return object !== undefined && object.metadata.generation === object.status?.observedGeneration && ready?.status === 'True';
}

async function isAt(dependency: Kustomization, source: SourceRef, revision: string, sources: Sources): Promise<boolean> {
  const own = sourceOf(dependency);
  if (own.kind !== source.kind || own.name !== source.name || own.namespace !== source.namespace) return true;
  if (dependency.status?.lastAppliedRevision === revision) return true;
  const state = appliedState(dependency);
  return state !== undefined && (await sources.digest(source, state.scope)) === state.tree;
}
