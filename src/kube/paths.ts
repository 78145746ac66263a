import { errors } from '../common/errors';
import type { ApiResource } from './types';

/** The collection of a resource, everywhere or in one namespace. */
export function collectionPath(resource: ApiResource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  return resource.namespaced && namespace !== undefined && namespace !== ''
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`
    : `${root}/${resource.plural}`;
}

/** One object, or one of its subresources. A namespaced kind must have its namespace; a cluster-scoped one ignores it. */
export function objectPath(resource: ApiResource, id: { readonly namespace: string; readonly name: string }, subresource?: string): string {
  if (resource.namespaced && id.namespace === '') throw errors.NamespaceMissing({ kind: resource.kind, name: id.name });
  const path = `${collectionPath(resource, id.namespace)}/${encodeURIComponent(id.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** `?a=1&b=2` of what is defined; empty for nothing. */
export function query(params: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
