import { digestOf } from '../../common/digest';
import { scopeOf } from '../../seal/scope';
import type { SealedSecret } from '../../seal/sealed-secret';

const known = new WeakMap<SealedSecret, string>();

/** Digest of everything that a SealedSecret says of its Secret. What is the same gives the same, in whatever order it is written. */
export function unsealedFrom(sealed: SealedSecret): string {
  const before = known.get(sealed);
  if (before !== undefined) return before;
  const { metadata, spec } = sealed;
  const digest = digestOf(JSON.stringify([scopeOf(metadata.annotations), metadata.namespace, metadata.name, spec], sorted));
  known.set(sealed, digest);
  return digest;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
