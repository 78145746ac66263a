import { digestOf } from '../../../common/digest';
import { scopeOf } from '../../../seal/scope';
import type { SealedSecret } from '../../../seal/sealed-secret';

const known = new WeakMap<SealedSecret, string>();

/**
 * Digest of everything that a SealedSecret says of its Secret. What is the same gives the same, in whatever order it is written. Fields that nobody
 * knows stay out: the kind lets anything stand there, such as a tree too deep to walk.
 */
export function unsealedFrom(sealed: SealedSecret): string {
  const before = known.get(sealed);
  if (before !== undefined) return before;
  const { metadata, spec } = sealed;
  const { type, immutable, data, metadata: meta } = spec.template ?? {};
  const maps = [spec.encryptedData, data, meta?.labels, meta?.annotations].map(texts);
  const said = [scopeOf(metadata.annotations), metadata.namespace, metadata.name, spec.data, type, immutable, ...maps];
  const digest = digestOf(JSON.stringify(said));
  known.set(sealed, digest);
  return digest;
}

/** In one order; of what is no text that it is there. */
function texts(map: unknown): readonly (readonly [key: string, value: string | null])[] {
  return Object.entries(map ?? {})
    .map(([key, value]) => [key, typeof value === 'string' ? value : null] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
