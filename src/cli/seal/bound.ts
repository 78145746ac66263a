import type { Scope } from '../../seal/scope';

/** What a value is bound to. */
export interface Bound {
  readonly namespace: string;
  readonly name: string;
  readonly scope: Scope;
}

/** `Secret dev/basic-auth, strict`: what a value opens as. */
export function describeBound({ scope, namespace, name }: Bound): string {
  if (scope === 'cluster-wide') return `any Secret, ${scope}`;
  return scope === 'namespace-wide' ? `any Secret in ${namespace}, ${scope}` : `Secret ${namespace}/${name}, ${scope}`;
}
