import { digestOf } from '../../common/digest';
import { scopeOf } from '../../seal/scope';
import type { SealedSecret } from '../../seal/sealed-secret';

/** Digest of everything that a SealedSecret says of its Secret. What is the same gives the same, in whatever order it is written. */
export function unsealedFrom({ metadata: { name, namespace, annotations }, spec }: SealedSecret): string {
  return digestOf(JSON.stringify([scopeOf(annotations), namespace, name, spec], sorted));
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
