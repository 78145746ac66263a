import { isDeepStrictEqual } from 'node:util';

type Tree = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch (RFC 7396) that makes `after` of `before`: what is gone is null, lists are whole. Undefined: they are equal.
 * Fields that are undefined count as absent.
 */
export function mergeDiff(before: Tree, after: Tree): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [name, was] of Object.entries(before)) if (was !== undefined && after[name] === undefined) patch[name] = null;
  for (const [name, is] of Object.entries(after)) {
    const was = before[name];
    if (is === undefined || isDeepStrictEqual(was, is)) continue;
    patch[name] = isTree(was) && isTree(is) ? (mergeDiff(was, is) ?? {}) : is;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
