import type { KubeObject } from '../../model/object';

const MASK = '***';

/** An object without what a Secret holds: its keys stay. */
export function maskSecret(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const masked = (values: unknown) => Object.fromEntries(Object.keys(values as object).map((key) => [key, MASK]));
  const fields = ['data', 'stringData'].filter((field) => object[field] !== undefined && object[field] !== null);
  return { ...object, ...Object.fromEntries(fields.map((field) => [field, masked(object[field])])) };
}
