import { printRef, type VersionRef } from './version-ref';

/** What of a policy's choice a marked scalar holds. @default the whole reference */
export type MarkerPart = 'name' | 'tag' | 'digest';

/**
 * Flux's setter comment: it says of the scalar before it that a policy chooses its value.
 * @see https://fluxcd.io/flux/guides/image-update/#configure-image-update-for-custom-resources
 */
export interface Marker {
  /** `<namespace>:<name>` of an ImagePolicy. */
  readonly policy: string;
  readonly part?: MarkerPart;
}

const MARKER = /^\s*\{\s*"\$imagepolicy"\s*:\s*"([^":\s]+:[^":\s]+)(?::(name|tag|digest))?"\s*\}\s*$/;

/** Files without it hold no marker. */
export const MARKER_WORD = '"$imagepolicy"';

/** The comment, without `# `. */
export function printMarker({ policy, part }: Marker): string {
  return `{${MARKER_WORD}: "${policy}${part === undefined ? '' : `:${part}`}"}`;
}

/** @param comment without `#`. Undefined for any other comment. */
export function parseMarker(comment: string): Marker | undefined {
  const match = MARKER.exec(comment);
  if (!match) return undefined;
  const [, policy, part] = match;
  return part === undefined ? { policy } : { policy, part: part as MarkerPart };
}

/** What a scalar with this marker is set to. */
export function markedValue({ part }: Marker, ref: VersionRef): string {
  return part === undefined ? printRef(ref) : (ref[part] ?? '');
}
