import type { KubeObject } from '../../model/object';
import type { Ref } from './types';

/** One string per reconciled object, usable as a map key. */
export function refKey(ref: Ref): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

export function refOf(object: KubeObject): Ref {
  const { name, namespace = '' } = object.metadata;
  return { kind: object.kind, namespace, name };
}

/** Whether it names what holds values: watched by metadata, never kept. */
export function isValues({ kind }: Ref): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}
