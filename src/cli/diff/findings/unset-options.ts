import { isDeepStrictEqual } from 'node:util';

/** A default value of a chart that is new or another one. */
export interface Option {
  /** As in `ingress.enabled`. */
  readonly path: string;
  readonly isNew: boolean;
}

const MOST_DEPTH = 12;

/** Defaults that a chart's change brings, of which the release sets nothing: they come to it without anybody having written them there. */
export function unsetOptions(before: unknown, after: unknown, values: unknown): Option[] {
  return changedOptions(before, after, [])
    .filter(({ path }) => !isSet(values, path))
    .map(({ path, isNew }) => ({ path: path.join('.'), isNew }));
}

function changedOptions(before: unknown, after: unknown, path: readonly string[]): { readonly path: readonly string[]; readonly isNew: boolean }[] {
  if (isMap(before) && isMap(after) && path.length < MOST_DEPTH)
    return Object.entries(after).flatMap(([key, value]) => {
      if (!(key in before)) return [{ path: [...path, key], isNew: true }];
      return changedOptions(before[key], value, [...path, key]);
    });
  return isDeepStrictEqual(before, after) ? [] : [{ path, isNew: false }];
}

/** Whether the values set an option, something in it, or what it lies in. */
function isSet(values: unknown, path: readonly string[]): boolean {
  let found = values;
  for (const key of path) {
    if (!isMap(found)) return found !== undefined;
    found = found[key];
  }
  return found !== undefined;
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
