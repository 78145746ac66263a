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

const SETTER = /^([^":\s]+:[^":\s]+)(?::(name|tag|digest))?$/;

/** More than any marker has. Whoever looks for one behind each `#` of a line looks at no more of it each time. */
const LONGEST = 4096;

/** Files without it hold no marker. */
export const MARKER_WORD = '"$imagepolicy"';

/** The comment, without `# `. */
export function printMarker({ policy, part }: Marker): string {
  return `{${MARKER_WORD}: "${policy}${part === undefined ? '' : `:${part}`}"}`;
}

/**
 * Reads what Flux reads: JSON of texts, one of them called `$imagepolicy`.
 * @param comment without the first `#`. Undefined for any other comment.
 */
export function parseMarker(comment: string): Marker | undefined {
  const match = SETTER.exec(setterOf(comment) ?? '');
  if (!match) return undefined;
  const [, policy, part] = match;
  return part === undefined ? { policy } : { policy, part: part as MarkerPart };
}

function setterOf(comment: string): string | undefined {
  if (comment.length > LONGEST || !comment.includes(MARKER_WORD)) return undefined;
  try {
    const texts: Readonly<Record<string, unknown>> = JSON.parse(comment.replace(/^#+/, ''));
    return Object.values(texts).every((text) => typeof text === 'string') ? (texts.$imagepolicy as string) : undefined;
  } catch {
    return undefined;
  }
}

/** What a scalar with this marker is set to. */
export function markedValue({ part }: Marker, ref: VersionRef): string {
  return part === undefined ? printRef(ref) : (ref[part] ?? '');
}
