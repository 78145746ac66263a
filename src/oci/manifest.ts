import { errors } from '../common/errors';
import { parseObject } from './json-object';
import type { RawManifest } from './oci-repository';

/** A part of an image, as its manifest names it. */
export interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

export type Annotations = Readonly<Record<string, unknown>> | null;

/** What a tag can point at, with what we need of it. */
export type Manifest =
  | { readonly type: 'index'; readonly manifests: readonly Descriptor[]; readonly annotations?: Annotations }
  | { readonly type: 'image'; readonly config: Descriptor; readonly annotations?: Annotations }
  /** Docker's first schema: `created` of the topmost layer. */
  | { readonly type: 'schema1'; readonly created?: unknown };

const DIGEST = /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/** Throws `RegistryAnswerInvalid` for what is none. */
export function parseManifest({ bytes }: RawManifest, reference: string): Manifest {
  const invalid = (reason: string) => errors.RegistryAnswerInvalid({ url: reference, reason });
  const manifest = parseObject(bytes) as {
    manifests?: unknown;
    config?: unknown;
    schemaVersion?: unknown;
    history?: unknown;
    annotations?: Annotations;
  };
  if (manifest === undefined) throw invalid('its manifest is no JSON object');
  if (manifest.schemaVersion === 1) return { type: 'schema1', created: createdInHistory(manifest.history) };
  if (Array.isArray(manifest.manifests)) {
    if (!manifest.manifests.every(isDescriptor)) throw invalid('its index names images without digest');
    return { type: 'index', manifests: manifest.manifests, annotations: manifest.annotations };
  }
  if (!isDescriptor(manifest.config)) throw invalid('its manifest has neither config nor manifests');
  return { type: 'image', config: manifest.config, annotations: manifest.annotations };
}

/** The image of an index that speaks for all: linux/amd64, else the first that runs anywhere. Attestations (`unknown/unknown`) do not. */
export function representativeOf(manifests: readonly Descriptor[]): Descriptor | undefined {
  const usable = manifests.filter(({ platform }) => platform?.os !== 'unknown' && platform?.architecture !== 'unknown');
  return usable.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ?? usable[0];
}

function createdInHistory(history: unknown): unknown {
  const newest = Array.isArray(history) ? (history[0] as { v1Compatibility?: unknown } | null)?.v1Compatibility : undefined;
  return typeof newest === 'string' ? parseObject(newest)?.created : undefined;
}

function isDescriptor(value: unknown): value is Descriptor {
  return DIGEST.test(String((value as Partial<Descriptor> | null)?.digest));
}
