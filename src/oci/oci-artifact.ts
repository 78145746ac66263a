import { isDigest } from '../common/digest';
import { errors } from '../common/errors';

/** A part of an artifact, as its manifest names it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size?: number;
}

/** What a registry stores besides images: charts, and configuration as `flux push artifact` leaves it. */
export interface ArtifactManifest {
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Throws `RegistryAnswerInvalid` for what is no manifest of one artifact. */
export function parseArtifact(bytes: Buffer, reference: string): ArtifactManifest {
  const invalid = (reason: string, cause?: unknown) => errors.RegistryAnswerInvalid({ url: reference, reason }, cause);
  let manifest: unknown;
  try {
    manifest = JSON.parse(bytes.toString());
  } catch (cause) {
    throw invalid('it is no manifest', cause);
  }
  const { layers } = (manifest ?? {}) as { layers?: unknown };
  if (!Array.isArray(layers) || !layers.every(isDescriptor)) throw invalid('it is no manifest of one artifact');
  return manifest as ArtifactManifest;
}

function isDescriptor(value: unknown): value is Descriptor {
  const { mediaType, digest } = (value ?? {}) as Partial<Descriptor>;
  return typeof mediaType === 'string' && isDigest(digest ?? '');
}
