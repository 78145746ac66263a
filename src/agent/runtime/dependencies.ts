import { errors } from '../../common/errors';
import { type Condition, conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { type KubeObject, nameOf } from '../../model/object';
import { isValues } from './ref';
import type { FollowedRef, Reconciled, Ref, Runtime } from './types';

/** Objects of any kind that an object waits for, by our annotation: `Kind/namespace/name`, several with commas between. Throws `DependencyInvalid`. */
export function annotatedDependencies({ metadata }: KubeObject): Ref[] {
  const parts = (metadata.annotations?.[annotations.dependsOn] ?? '').split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map(parseRef);
}

function parseRef(part: string): Ref {
  const [kind, namespace, name, ...more] = part.split('/');
  if (!kind || !namespace || !name || more.length > 0) throw errors.DependencyInvalid({ annotation: annotations.dependsOn, part });
  return { kind, namespace, name };
}

/** What is said of an object's readiness, of whichever generation. */
export function readyOf(object: Pick<Reconciled, 'kind' | 'status'> | undefined): Condition | undefined {
  const telling = object?.kind === kinds.SealedSecret.kind ? conditionTypes.synced : conditionTypes.ready;
  return object?.status?.conditions?.find(({ type }) => type === telling);
}

/** Ready for the spec it has now. */
export function isReady(object: Reconciled | undefined): boolean {
  return object !== undefined && object.metadata.generation === object.status?.observedGeneration && readyOf(object)?.status === 'True';
}

/** Those that are not ready. A Secret or ConfigMap is, once it exists. */
export async function unmetOf(refs: readonly Ref[], { store, clusters }: Pick<Runtime, 'store' | 'clusters'>): Promise<FollowedRef[]> {
  const isMet = async (ref: Ref) =>
    isValues(ref) ? (await clusters.own.get({ group: '', version: 'v1', ...ref }, { as: 'metadata' })) !== undefined : isReady(store.get(ref));
  const met = await Promise.all(refs.map(isMet));
  return refs.filter((_, at) => !met[at]).map((ref) => (isValues(ref) ? { ...ref, seen: '' } : ref));
}

/** `dependency 'HelmRelease/dev/db' is not ready` */
export function unmetMessage(refs: readonly Ref[]): string {
  return refs.map((ref) => `dependency '${nameOf(ref)}' is not ready`).join(', ');
}
