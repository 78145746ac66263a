import { type ApiObject, JsonPatch } from 'cdk8s';

export type Json = { readonly [key: string]: unknown };

/** Whether a value is a plain map: no list, and no instance of a class, such as one of cdk8s' lazy values. */
export function isMap(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || prototype.constructor?.name === 'Object';
}

/** Maps merge, everything else is replaced, lists whole. Null is a value; undefined is as if it were not written. */
export function mergeMaps(base: object, over: object | undefined): Json {
  const merged: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) {
    if (value === undefined) continue;
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const layer = isMap(value) ? mergeMaps(isMap(below) ? below : {}, value) : value;
    // Plain assignment would take `__proto__` for the prototype.
    Object.defineProperty(merged, key, { value: layer, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/** Keeps the nulls under a field of an object: cdk8s drops them, but to Helm they mean something. */
export function keepNulls(object: ApiObject, field: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (item === null) object.addJsonPatch(JsonPatch.replace(`${field}/${index}`, null));
      else keepNulls(object, `${field}/${index}`, item);
    }
  } else if (isMap(value)) {
    for (const [key, item] of Object.entries(value)) {
      const at = `${field}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      if (item === null) object.addJsonPatch(JsonPatch.add(at, null));
      else keepNulls(object, at, item);
    }
  }
}
