import { annotations } from '../model/labels';

/**
 * Where a sealed value may be opened: under one name in one namespace, in one namespace, or anywhere in the cluster.
 * @see https://github.com/bitnami-labs/sealed-secrets#scopes
 */
export type Scope = 'strict' | 'namespace-wide' | 'cluster-wide';

export const SCOPES: readonly Scope[] = ['strict', 'namespace-wide', 'cluster-wide'];

type Annotations = Readonly<Record<string, string>>;

/** The scope that annotations of a SealedSecret's own metadata ask for. Only exactly `"true"` counts, and cluster-wide wins. */
export function scopeOf(of: Annotations = {}): Scope {
  if (of[annotations.sealedClusterWide] === 'true') return 'cluster-wide';
  return of[annotations.sealedNamespaceWide] === 'true' ? 'namespace-wide' : 'strict';
}

/** Annotations that say a scope; none for strict. */
export function annotationsFor(scope: Scope): Annotations {
  if (scope === 'strict') return {};
  return { [scope === 'cluster-wide' ? annotations.sealedClusterWide : annotations.sealedNamespaceWide]: 'true' };
}

/** What a value is bound to when it is sealed: it opens with the same label alone. */
export function labelFor(scope: Scope, namespace: string, name: string): Buffer {
  if (scope === 'cluster-wide') return Buffer.alloc(0);
  return Buffer.from(scope === 'namespace-wide' ? namespace : `${namespace}/${name}`);
}
