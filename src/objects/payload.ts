import type { KubeObject, ManifestObject, ObjectMeta } from '../model/object';
import { type FieldChange, fieldOf, spliceJson } from './json-splice';

export interface PayloadOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Empty for cluster-scoped objects: a namespace they name by mistake is left out. */
  readonly namespace: string;
}

/** What the server sets: a manifest that was exported from a cluster holds it, and apply refuses or misunderstands it. */
const SERVER_FIELDS = ['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'deletionTimestamp', 'selfLink'];

/**
 * The bytes sent to the server: the manifest's own, with labels, annotations and namespace put in, without status, and a Secret's
 * `stringData` as `data`, so that a key which is later dropped there goes away too.
 */
export function payloadOf(manifest: Pick<ManifestObject, 'group' | 'kind' | 'json'>, options: PayloadOptions): Buffer {
  const isSecret = manifest.group === '' && manifest.kind === 'Secret';
  const changes: FieldChange = { metadata: (json) => JSON.stringify(metadataWith(json, options)), status: () => undefined };
  return spliceJson(manifest.json, isSecret ? { ...changes, ...stringDataAsData(manifest.json) } : changes);
}

/** The same, read: numbers past 2^53 are not exact. */
export function payloadObject(manifest: Pick<ManifestObject, 'group' | 'kind' | 'json'>, options: PayloadOptions): KubeObject {
  const { status: _, stringData, ...object } = JSON.parse(manifest.json.toString()) as KubeObject & { stringData?: Record<string, unknown> | null };
  const payload = { ...object, metadata: completed({ ...object.metadata }, options) as unknown as ObjectMeta };
  if (stringData === undefined) return payload;
  if (manifest.group !== '' || manifest.kind !== 'Secret' || stringData === null) return { ...payload, stringData };
  return { ...payload, data: { ...(object.data as object | undefined), ...encoded(stringData) } };
}

/** A manifest's own metadata, without reading the rest of it. */
export function metadataOf(json: Buffer): ObjectMeta {
  return JSON.parse(fieldOf(json, 'metadata') ?? '{}') as ObjectMeta;
}

function metadataWith(json: string | undefined, options: PayloadOptions): object {
  return completed(JSON.parse(json ?? '{}') as Record<string, unknown>, options);
}

function completed(metadata: Record<string, unknown>, options: PayloadOptions): object {
  for (const field of SERVER_FIELDS) delete metadata[field];
  merge(metadata, 'labels', options.labels);
  merge(metadata, 'annotations', options.annotations);
  if (options.namespace === '') delete metadata.namespace;
  else metadata.namespace = options.namespace;
  return metadata;
}

function merge(metadata: Record<string, unknown>, field: string, values: Readonly<Record<string, string>> | undefined): void {
  if (values && Object.keys(values).length > 0) metadata[field] = { ...(metadata[field] as object | undefined | null), ...values };
}

function stringDataAsData(json: Buffer): FieldChange {
  const { stringData } = JSON.parse(json.toString()) as { stringData?: Record<string, unknown> | null };
  if (!stringData) return {};
  return { stringData: () => undefined, data: (data) => JSON.stringify({ ...JSON.parse(data ?? '{}'), ...encoded(stringData) }) };
}

function encoded(stringData: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value ?? '')).toString('base64')]));
}
