import { errors } from '../common/errors';
import type { Authorization } from './authorization';
import { createdOf } from './image-created';
import { parseImageName } from './image-name';
import { parseObject } from './json-object';
import { type Annotations, type Manifest, parseManifest, representativeOf } from './manifest';
import { OciRepository, type RawManifest } from './oci-repository';
import { TagList } from './tag-list';
import type { ImageInfo, ImageRegistry, ListedTags, RegistryAccess, RequestOptions } from './types';

const CONFIG_LIMIT = 8 * 2 ** 20;
const CONFIG_TYPES = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'];
/** Tags of one image are pushed one after another. */
const MOST_KEPT = 64;

/** The image repository of a name such as `ghcr.io/stefanprodan/podinfo`. Throws `ImageNameInvalid`. */
export function openImageRegistry(image: string, access: RegistryAccess, authorization: Authorization): ImageRegistry {
  return new DistributionRegistry(new OciRepository(parseImageName(image), access, authorization));
}

/** Images over the distribution specification. */
class DistributionRegistry implements ImageRegistry {
  private readonly list: TagList;
  /** Of images that were just read, by digest. */
  private readonly kept = new Map<string, Date | undefined>();

  constructor(private readonly repository: OciRepository) {
    this.list = new TagList(repository);
  }

  tags(options: RequestOptions = {}): Promise<readonly string[]> {
    return this.list.read(options);
  }

  changedTags(since: string | undefined, options: RequestOptions = {}): Promise<ListedTags | undefined> {
    return this.list.changed(since, options);
  }

  digest(tag: string, options: RequestOptions = {}): Promise<string | undefined> {
    return this.repository.digest(tag, options);
  }

  async info(tag: string, options: RequestOptions = {}): Promise<ImageInfo | undefined> {
    const manifest = await this.repository.manifest(tag, options);
    if (manifest === undefined) return undefined;
    const { digest } = manifest;
    if (!this.kept.has(digest)) this.keep(digest, await this.created(manifest, `${this.repository.name.name}:${tag}`, options));
    return { digest, created: this.kept.get(digest) };
  }

  private async created(raw: RawManifest, reference: string, options: RequestOptions): Promise<Date | undefined> {
    const top = parseManifest(raw, reference);
    const { image, above } = top.type === 'index' ? await this.insideOf(top, reference, options) : { image: top, above: [] };
    if (image?.type === 'schema1') return createdOf({ created: image.created, annotations: [] });
    if (image?.type !== 'image') return createdOf({ annotations: above });
    const annotations = [image.annotations, ...above];
    if (!CONFIG_TYPES.includes(image.config.mediaType ?? CONFIG_TYPES[0])) return createdOf({ annotations });
    const config = parseObject(await this.repository.blob(image.config.digest, CONFIG_LIMIT, options));
    if (config === undefined) throw errors.RegistryAnswerInvalid({ url: reference, reason: 'its config is no JSON object' });
    const labels = (config.config as { Labels?: Annotations } | null | undefined)?.Labels;
    return createdOf({ created: config.created, labels, annotations });
  }

  /** The image that speaks for an index, and the annotations above it. Undefined where the index has none, or one that is gone. */
  private async insideOf(
    index: Manifest & { readonly type: 'index' },
    reference: string,
    options: RequestOptions,
  ): Promise<{ image: Manifest | undefined; above: readonly (Annotations | undefined)[] }> {
    const chosen = representativeOf(index.manifests);
    const raw = chosen && (await this.repository.manifest(chosen.digest, options));
    return { image: raw && parseManifest(raw, reference), above: [index.annotations] };
  }

  private keep(digest: string, created: Date | undefined): void {
    if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(digest, created);
  }
}
