import { createHash } from 'node:crypto';
import { NO_NAMESPACE } from '../model/lock';
import { isOwnLayer, type Placement } from './placement';

const MAX_BYTES = 200;
const EXTENSION = '.yaml';

export interface FileIdentity {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * Path of an object's file in the output folder: `<cluster>/<layer>/<namespace|_cluster>/<kind>[.<group>]-<name>.yaml`.
 * It depends on the object alone, so another object never renames it. Lower case only, safe on every file system.
 */
export function filePath(placement: Placement, id: FileIdentity): string {
  const kind = id.group === '' ? id.kind : `${id.kind}.${id.group}`;
  return [
    ...layerPath(placement),
    id.namespace === '' ? NO_NAMESPACE : bounded(encode(id.namespace), ''),
    bounded(`${encode(kind.toLowerCase())}-${encodeRest(id.name)}`, EXTENSION),
  ].join('/');
}

/** Folder names of a placement. */
export function layerPath({ cluster, layer }: Placement): [cluster: string, layer: string] {
  return [bounded(encode(cluster), ''), isOwnLayer(layer) ? layer : bounded(encode(layer), '')];
}

// A leading dot would hide the file, or mean the folder itself or its parent.
function encode(text: string): string {
  return encodeRest(text).replace(/^\./, '%2e');
}

function encodeRest(text: string): string {
  return text.replace(/[^a-z0-9.-]+/g, (run) => Buffer.from(run).reduce((encoded, byte) => `${encoded}%${byte.toString(16).padStart(2, '0')}`, ''));
}

function bounded(base: string, extension: string): string {
  if (base.length + extension.length <= MAX_BYTES) return base + extension;
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 16);
  return `${base.slice(0, MAX_BYTES - extension.length - hash.length - 1)}-${hash}${extension}`;
}
