import type { KubeObject } from '../model/object';

/** Reading untyped objects: a path that is not there, or not of that type, is simply absent. */
export function valueAt(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const field of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[field];
  }
  return value;
}

export function stringAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function integerAt(object: unknown, fallback: number, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

export interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** `status.conditions`, absent fields as empty strings. */
export function conditionsOf(object: KubeObject): StatusCondition[] {
  const conditions = valueAt(object, 'status', 'conditions');
  if (!Array.isArray(conditions)) return [];
  return conditions
    .filter((condition) => typeof condition === 'object' && condition !== null)
    .map(({ type = '', status = '', reason = '', message = '' }) => ({ type, status, reason, message }));
}
