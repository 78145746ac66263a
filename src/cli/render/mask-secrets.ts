import type { KubeObject } from '../../model/object';

const MASK = '***';
/** Where kubectl keeps all of an object once more. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object without what a Secret holds: its keys stay. */
export function maskSecret(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const { annotations } = object.metadata;
  const metadata =
    annotations?.[LAST_APPLIED] === undefined ? object.metadata : { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: MASK } };
  const masked = (values: unknown) => Object.fromEntries(Object.keys(values as object).map((key) => [key, MASK]));
  const fields = ['data', 'stringData'].filter((field) => object[field] !== undefined && object[field] !== null);
  return { ...object, metadata, ...Object.fromEntries(fields.map((field) => [field, masked(object[field])])) };
}
