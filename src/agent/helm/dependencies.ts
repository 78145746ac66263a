import { errors } from '../../common/errors';
import { annotatedDependencies } from '../runtime/dependencies';
import type { Ref } from '../runtime/types';
import type { HelmRelease } from './helm-release';

/** What a release waits for: Flux's `dependsOn`, which names releases, and ours by annotation, which names any kind. */
export function dependenciesOf(object: HelmRelease): Ref[] {
  const own = object.metadata.namespace ?? '';
  const releases = (object.spec.dependsOn ?? []).map(({ name, namespace = own, readyExpr }) => {
    if (readyExpr !== undefined) throw errors.ReadyExprUnsupported({ dependency: `${namespace}/${name}` });
    return { kind: 'HelmRelease', namespace, name };
  });
  return [...releases, ...annotatedDependencies(object)];
}
