import { errors } from '../common/errors';
import type { Content } from '../model/content';
import type { KubeObject } from '../model/object';
import { archivedFiles, contentOf } from '../oci/archive-content';
import { type OCIReference, tagInRange } from '../oci/artifact-tag';
import type { Authorization } from '../oci/authorization';
import { ChartArchives } from '../oci/chart-archives';
import type { ChartMemory } from '../oci/chart-memory';
import { parseImageName } from '../oci/image-name';
import { parseArtifact } from '../oci/oci-artifact';
import { OciRepository } from '../oci/oci-repository';
import { openImageRegistry } from '../oci/registry';
import type { RegistryAccess } from '../oci/types';
import type { LibraryChart } from './chart-library';

export interface ChartRepositoryObject extends KubeObject {
  readonly spec: {
    readonly url: string;
    readonly ref?: OCIReference;
    readonly layerSelector?: { readonly mediaType?: string };
    readonly insecure?: boolean;
  };
}

const MOST_LAYER_BYTES = 50 * 2 ** 20;

/** Charts in OCIRepositories: the layer of a manifest, kept on disk by digest. What a tag meant last counts where nobody answers. */
export class ArtifactCharts {
  private readonly archives: ChartArchives;

  constructor(
    private readonly authorization: Authorization,
    folder: string,
    private readonly tags: ChartMemory<string>,
    private readonly access: (url: string) => Promise<RegistryAccess>,
  ) {
    this.archives = new ChartArchives(folder);
  }

  async chartOf({ spec }: ChartRepositoryObject, url: string): Promise<LibraryChart> {
    const name = url.replace(/^oci:\/\//, '');
    const access = { ...(await this.access(url)), ...(spec.insecure ? { insecure: true } : {}) };
    const { tag, digest } = spec.ref?.digest ? { tag: spec.ref.digest, digest: spec.ref.digest } : await this.resolve(name, access, spec, url);
    let made: Promise<Content> | undefined;
    const content = () => {
      made ??= this.pull(name, access, digest, spec.layerSelector?.mediaType);
      return made;
    };
    return { version: tag, digest, content };
  }

  private async resolve(name: string, access: RegistryAccess, spec: ChartRepositoryObject['spec'], url: string) {
    const { ref = {} } = spec;
    const key = JSON.stringify([name, ref]);
    try {
      const registry = openImageRegistry(name, access, this.authorization);
      const tag = ref.semver ? tagInRange(ref, spec.layerSelector?.mediaType, await registry.tags(), url) : ref.tag || 'latest';
      const digest = await registry.digest(tag);
      if (digest === undefined) throw errors.ArtifactTagMissing({ url, problem: `there is no tag ${tag}` });
      await this.tags.set(key, `${tag}@${digest}`);
      return { tag, digest };
    } catch (error) {
      const known = errors.ArtifactTagMissing.is(error) ? undefined : await this.tags.get(key);
      if (known === undefined) throw error;
      const at = known.lastIndexOf('@');
      return { tag: known.slice(0, at), digest: known.slice(at + 1) };
    }
  }

  private async pull(name: string, access: RegistryAccess, digest: string, mediaType: string | undefined): Promise<Content> {
    const repository = new OciRepository(parseImageName(name), access, this.authorization);
    const reference = `${name}@${digest}`;
    const manifest = (await this.archives.get(digest)) ?? (await repository.manifest(digest))?.bytes;
    if (manifest === undefined) throw errors.ArtifactTagMissing({ url: `oci://${name}`, problem: `there is no manifest ${digest}` });
    const { layers } = parseArtifact(manifest, reference);
    const layer = mediaType ? layers.find((one) => one.mediaType === mediaType) : layers.at(0);
    if (layer === undefined) throw errors.ArtifactLayerMissing({ reference, type: mediaType ? `of type ${mediaType}` : 'at all' });
    const bytes = (await this.archives.get(layer.digest)) ?? (await repository.blob(layer.digest, MOST_LAYER_BYTES));
    await this.archives.put(manifest);
    await this.archives.put(bytes);
    const files = await archivedFiles(bytes, `layer ${layer.digest} of ${name}`);
    return contentOf(inChart(files), layer.digest);
  }
}

/** An artifact may hold the chart in a folder, as a chart's archive does. */
function inChart<F extends { readonly path: string }>(files: readonly F[]): F[] {
  if (files.some(({ path }) => path === 'Chart.yaml')) return [...files];
  const folder = files.map(({ path }) => /^([^/]+\/)Chart\.yaml$/.exec(path)?.[1]).find((found) => found !== undefined) ?? '';
  return files.flatMap((file) => (file.path.startsWith(folder) ? [{ ...file, path: file.path.slice(folder.length) }] : []));
}
