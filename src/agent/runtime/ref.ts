import { idOf, type KubeObject } from '../../model/object';
import type { Ref } from './types';

/** One string per reconciled object, usable as a map key. */
export function refKey(ref: Ref): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

export function refOf(object: KubeObject): Ref {
  const { kind, namespace, name } = idOf(object);
  return { kind, namespace, name };
}
