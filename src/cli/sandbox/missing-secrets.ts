import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { placeholderValue } from './placeholder-values';

interface Used {
  readonly namespace: string;
  readonly name: string;
  readonly keys: Set<string>;
}

type Visit = (name: unknown, keys: readonly unknown[]) => void;

/**
 * Secrets that objects use and none of them is or makes, with the keys that are asked for: somebody else makes them.
 * @param objects everything a cluster gets, rendered
 */
export function missingSecrets(objects: readonly KubeObject[]): KubeObject[] {
  const there = new Set(objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Secret').map(keyOf));
  const used = new Map<string, Used>();
  for (const object of objects) {
    const { namespace } = object.metadata;
    if (namespace === undefined) continue;
    visitSecrets(object, (name, keys) => {
      if (typeof name !== 'string') return;
      const key = keyOf({ metadata: { namespace, name } });
      if (there.has(key)) return;
      const known = used.get(key) ?? { namespace, name, keys: new Set() };
      used.set(key, known);
      for (const one of keys) if (typeof one === 'string') known.keys.add(one);
    });
  }
  return [...used.values()].map(secretOf);
}

function secretOf({ namespace, name, keys }: Used): KubeObject {
  const stringData = Object.fromEntries([...keys].sort().map((key) => [key, placeholderValue(key)]));
  const type = keys.has('.dockerconfigjson') ? { type: 'kubernetes.io/dockerconfigjson' } : {};
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, ...type, stringData };
}

/** Of releases their values; of everything else what Pods read, wherever their templates are. */
function visitSecrets(object: KubeObject, visit: Visit): void {
  if (object.kind === kinds.HelmRelease.kind && object.apiVersion.startsWith(`${kinds.HelmRelease.group}/`)) {
    const { valuesFrom = [] } = object.spec as { valuesFrom?: readonly { kind: string; name: string; valuesKey?: string }[] };
    for (const { kind, name, valuesKey = 'values.yaml' } of valuesFrom) if (kind === 'Secret') visit(name, [valuesKey]);
    return;
  }
  if (object.kind !== 'Secret') walk(object, visit);
}

function walk(value: unknown, visit: Visit): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  else if (isMap(value)) {
    for (const [field, one] of Object.entries(value)) {
      if (field === 'imagePullSecrets' && Array.isArray(one))
        for (const pull of one) visit(isMap(pull) ? pull.name : undefined, ['.dockerconfigjson']);
      if (isMap(one) && one.optional !== true) {
        if (field === 'secretKeyRef') visit(one.name, [one.key]);
        if (field === 'secretRef' && Object.keys(one).every((key) => key === 'name' || key === 'optional')) visit(one.name, []);
        if (field === 'secret') visit(one.secretName ?? one.name, itemsOf(one));
      }
      walk(one, visit);
    }
  }
}

function itemsOf({ items }: { readonly [field: string]: unknown }): unknown[] {
  return Array.isArray(items) ? items.map((item) => (isMap(item) ? item.key : undefined)) : [];
}

function isMap(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyOf({ metadata }: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `${metadata.namespace}/${metadata.name}`;
}
