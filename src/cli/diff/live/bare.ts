import type { KubeObject } from '../../../model/object';

const SERVER_FIELDS = ['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink'];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A live object without what only the server writes. */
export function bare(object: KubeObject): KubeObject;
export function bare(object: KubeObject | undefined): KubeObject | undefined;
export function bare(object: KubeObject | undefined): KubeObject | undefined {
  if (object === undefined) return undefined;
  const { status: _, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([field]) => !SERVER_FIELDS.includes(field));
  const { annotations, ...others } = Object.fromEntries(kept) as KubeObject['metadata'];
  const said = Object.entries(annotations ?? {}).filter(([name]) => name !== LAST_APPLIED);
  return { ...rest, metadata: { ...others, ...(said.length === 0 ? {} : { annotations: Object.fromEntries(said) }) } } as KubeObject;
}
