import { errors } from '../common/errors';
import { CHART_LAYER } from '../model/media-types';
import type { Authorization } from './authorization';
import type { ChartArchives } from './chart-archives';
import { MOST_ARCHIVE_BYTES } from './chart-http';
import { parseImageName } from './image-name';
import { parseArtifact } from './oci-artifact';
import { OciRepository } from './oci-repository';
import type { RegistryAccess, RequestOptions } from './types';

export interface PulledChart {
  readonly bytes: Buffer;
  /** Of the manifest. */
  readonly digest: string;
}

/**
 * A chart by tag or digest, its layer checked against the manifest. Throws `RegistryRepositoryMissing`, `ArtifactLayerMissing`.
 * @param archives where manifests and layers of known digests are found and kept
 */
export async function pullChart(
  authorization: Authorization,
  at: { readonly repository: string; readonly reference: string },
  access: RegistryAccess,
  options: RequestOptions,
  archives?: ChartArchives,
): Promise<PulledChart> {
  const repository = new OciRepository(parseImageName(at.repository), access, authorization);
  const name = `${at.repository}${at.reference.startsWith('sha256:') ? '@' : ':'}${at.reference}`;
  const kept = at.reference.startsWith('sha256:') ? await archives?.get(at.reference) : undefined;
  const manifest = kept === undefined ? await repository.manifest(at.reference, options) : { bytes: kept, digest: at.reference };
  if (manifest === undefined)
    throw errors.RegistryRepositoryMissing({
      repository: name,
      reason: 'the registry has none',
      remedy: 'correct the name and version of the chart',
    });
  const layer = parseArtifact(manifest.bytes, name).layers.find(({ mediaType }) => mediaType === CHART_LAYER);
  if (layer === undefined) throw errors.ArtifactLayerMissing({ reference: name, type: `of type ${CHART_LAYER}` });
  const bytes = (await archives?.get(layer.digest)) ?? (await repository.blob(layer.digest, MOST_ARCHIVE_BYTES, options));
  await archives?.put(manifest.bytes);
  await archives?.put(bytes);
  return { bytes, digest: manifest.digest };
}

/** The repository and tag or digest in an `oci://` address of one version of a chart; undefined where it names none. */
export function parseChartAddress(url: string): { readonly repository: string; readonly reference: string } | undefined {
  const [, repository, tag, digest] = /^oci:\/\/([^@]+?)(?::([^:/@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(url) ?? [];
  const reference = digest ?? tag;
  return repository === undefined || reference === undefined ? undefined : { repository, reference };
}
