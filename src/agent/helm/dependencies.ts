import { errors } from '../../common/errors';
import { conditionTypes } from '../../model/conditions';
import { annotations } from '../../model/labels';
import { nameOf } from '../../model/object';
import type { Reconciled, Ref, Store } from '../runtime/types';
import type { HelmRelease } from './helm-release';

/** What a release waits for: Flux's `dependsOn`, which names releases, and ours by annotation, which names any kind. */
export function dependenciesOf(object: HelmRelease): Ref[] {
  const own = object.metadata.namespace ?? '';
  const releases = (object.spec.dependsOn ?? []).map(({ name, namespace = own, readyExpr }) => {
    if (readyExpr !== undefined) throw errors.ReadyExprUnsupported({ dependency: `${namespace}/${name}` });
    return { kind: 'HelmRelease', namespace, name };
  });
  return [...releases, ...annotated(object.metadata.annotations?.[annotations.dependsOn] ?? '')];
}

function annotated(list: string): Ref[] {
  const parts = list.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [kind, namespace, name, ...more] = part.split('/');
      if (!kind || !namespace || !name || more.length > 0) throw errors.DependencyInvalid({ annotation: annotations.dependsOn, part });
      return { kind, namespace, name };
    });
}

/** Those that are not there, not ready, or ready for an older spec only. */
export function unmet(store: Store, dependencies: readonly Ref[]): Ref[] {
  return dependencies.filter((ref) => !isReady(store.get(ref)));
}

function isReady(object: Reconciled | undefined): boolean {
  const ready = object?.status?.conditions?.find((condition) => condition.type === conditionTypes.ready);
  return object !== undefined && object.metadata.generation === object.status?.observedGeneration && ready?.status === 'True';
}

/** `dependency 'HelmRelease/dev/db' is not ready` */
export function unmetMessage(refs: readonly Ref[]): string {
  return refs.map((ref) => `dependency '${nameOf(ref)}' is not ready`).join(', ');
}
