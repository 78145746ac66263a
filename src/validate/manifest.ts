import type { ReleaseOrigin } from './finding';

/** An object as somebody wrote it: nothing but its apiVersion and kind is certain. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** An object and where it stands. */
export interface Manifest {
  readonly object: RawObject;
  /** With `/`. */
  readonly file: string;
  /** From 1. */
  readonly document: number;
  /** @default - it stands in the file as it is */
  readonly release?: ReleaseOrigin;
  /** A hook of a chart: it comes and goes. @default false */
  readonly isHook?: boolean;
  /** Variables such as `${domain}` stand in it that nobody here knows the values of. @default false */
  readonly isOpen?: boolean;
}

/** What of its metadata can be read. */
export function metadataOf({ metadata }: RawObject): { readonly name?: string; readonly namespace?: string; readonly [field: string]: unknown } {
  return isMap(metadata) ? metadata : {};
}

export function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As people read it: `Deployment/dev/podinfo`. */
export function shownName(object: RawObject): string {
  const { name, namespace, generateName } = metadataOf(object);
  const shown = typeof name === 'string' ? name : typeof generateName === 'string' ? `${generateName}*` : '?';
  return [object.kind, ...(typeof namespace === 'string' ? [namespace] : []), shown].join('/');
}

export function kindOf({ apiVersion, kind }: RawObject): string {
  return `${apiVersion}/${kind}`;
}
