import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../common/digest';
import { errors } from '../../common/errors';
import { secretsIn } from '../../common/secret-values';
import { normalPath } from '../../git/listing';
import type { ContentFile } from '../../model/content';
import { type ArchivedFile, archivedFiles, contentOf } from '../../oci/archive-content';
import type { Authorization } from '../../oci/authorization';
import { ChartArchives } from '../../oci/chart-archives';
import { parseImageName } from '../../oci/image-name';
import { type ArtifactManifest, parseArtifact } from '../../oci/oci-artifact';
import { OciRepository } from '../../oci/oci-repository';
import { openImageRegistry } from '../../oci/registry';
import type { ImageRegistry, RegistryAccess, RequestOptions } from '../../oci/types';
import { refKey, refOf } from '../runtime/ref';
import type { Runtime } from '../runtime/types';
import { Exclusions, IGNORE_FILE } from './exclusions';
import { FollowedSecrets } from './followed-secrets';
import { sourceName } from './git-sources';
import { timeoutOf } from './helm-repositories';
import { digestIn, type OCIRepository, repositoryOf } from './oci-repository';
import { registryAccess } from './registry-secrets';
import type { SourceContent, SourceRef, Sources } from './types';

const MOST_LAYER_BYTES = 50 * 2 ** 20;
const REMEMBERED = 1000;
/** Of one repository, on disk. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;

/** What is in an artifact, and where it came from. */
export interface PulledArtifact {
  readonly manifest: ArtifactManifest;
  /** Of the layer that was selected. */
  readonly digest: string;
  readonly layer: Buffer;
}

/**
 * Content of OCIRepositories: the layer of the manifest that their status names, kept on disk. What is lost there is pulled again by digest, so it is the same.
 */
export class OciSources implements Sources {
  private readonly secrets: FollowedSecrets;
  /** Asked for while neither disk nor registry had it. */
  private readonly missed = new Set<string>();
  /** Paths and digests of artifacts, so that an unchanged one is not unpacked to be known as such. */
  private readonly listed = new Map<string, readonly ContentFile[]>();

  constructor(
    private readonly runtime: Runtime,
    private readonly authorization: Authorization,
  ) {
    this.secrets = new FollowedSecrets(runtime, errors.RegistrySecretUnusable);
  }

  revision(ref: SourceRef): string | undefined {
    return this.runtime.store.get<OCIRepository>(ref)?.status?.artifact?.revision;
  }

  async content(ref: SourceRef, path: string): Promise<SourceContent> {
    const { files, revision } = await this.current(ref);
    const below = filesBelow(files, normalPath(path));
    if (below === undefined) throw errors.SourcePathMissing({ path, source: sourceName(ref), revision });
    return { ...contentOf(below, digestOfFiles(below)), revision };
  }

  async digest(ref: SourceRef, path: string): Promise<string | undefined> {
    const object = this.runtime.store.get<OCIRepository>(ref);
    const key = JSON.stringify([object?.status?.artifact?.digest, object?.spec.layerSelector, object?.spec.ignore]);
    const files = this.listed.get(key) ?? (await this.current(ref)).files.map((file) => ({ path: file.path, digest: file.digest }));
    if (this.listed.size >= REMEMBERED && !this.listed.has(key)) this.listed.clear();
    this.listed.set(key, files);
    const below = filesBelow(files, normalPath(path));
    return below && digestOfFiles(below);
  }

  async descends(): Promise<boolean> {
    return true;
  }

  /** Whether somebody asked in vain for what is here now. */
  wasMissed(ref: SourceRef): boolean {
    return this.missed.delete(refKey(ref));
  }

  /** Manifest and selected layer of a revision. Throws `ArtifactLayerMissing`, `ArchiveInvalid`. */
  async pull(object: OCIRepository, revision: string, options: RequestOptions = {}): Promise<PulledArtifact> {
    const archives = this.archives(object);
    const digest = digestIn(revision);
    let repository: OciRepository | undefined;
    const remote = async () => {
      repository ??= new OciRepository(parseImageName(repositoryOf(object)), await this.access(object), this.authorization);
      return repository;
    };
    const bytes = (await archives.get(digest)) ?? (await (await remote()).manifest(digest, options))?.bytes;
    const reference = `${repositoryOf(object)}@${digest}`;
    if (bytes === undefined) throw errors.ArtifactTagMissing({ url: object.spec.url, problem: `there is no manifest ${digest}` });
    const manifest = parseArtifact(bytes, reference);
    const { mediaType } = object.spec.layerSelector ?? {};
    const layer = mediaType ? manifest.layers.find((one) => one.mediaType === mediaType) : manifest.layers.at(0);
    if (layer === undefined) throw errors.ArtifactLayerMissing({ reference, type: mediaType ? `of type ${mediaType}` : 'at all' });
    const content = (await archives.get(layer.digest)) ?? (await (await remote()).blob(layer.digest, MOST_LAYER_BYTES, options));
    if (repository !== undefined) {
      await archives.put(bytes);
      await archives.put(content);
    }
    return { manifest, digest: layer.digest, layer: content };
  }

  /** Tags and digests of the repository, with what its Secrets allow now. */
  async registry(object: OCIRepository): Promise<ImageRegistry> {
    return openImageRegistry(repositoryOf(object), await this.access(object), this.authorization);
  }

  async remove(object: OCIRepository): Promise<void> {
    this.secrets.forget(refOf(object));
    await rm(this.folder(object), { recursive: true, force: true });
  }

  /** Files that belong to the content; a copied archive is taken as it is. */
  async files(object: OCIRepository, artifact: PulledArtifact): Promise<ArchivedFile[]> {
    const all = await archivedFiles(artifact.layer, `layer ${artifact.digest} of ${object.spec.url}`);
    if (object.spec.layerSelector?.operation === 'copy') return all;
    const ignoreFiles = all.filter(({ path }) => path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`));
    const exclusions = Exclusions.of(
      ignoreFiles.map(({ path, bytes }) => ({ path, text: bytes.toString() })),
      object.spec.ignore,
    );
    return all.filter(({ path }) => !exclusions.excludes(path));
  }

  private async current(ref: SourceRef): Promise<{ files: readonly ArchivedFile[]; revision: string }> {
    const object = this.runtime.store.get<OCIRepository>(ref);
    const revision = object?.status?.artifact?.revision;
    if (object === undefined || revision === undefined) throw errors.SourceNotReady({ source: sourceName(ref) });
    const artifact = await this.pull(object, revision, { timeoutMs: timeoutOf(object) }).catch((error: unknown) => {
      if (errors.ArtifactLayerMissing.is(error) || errors.RegistryDigestWrong.is(error)) throw error;
      this.missed.add(refKey(ref));
      throw errors.SourceNotReady({ source: sourceName(ref) }, error);
    });
    return { files: await this.files(object, artifact), revision };
  }

  private async access(object: OCIRepository): Promise<RegistryAccess> {
    const { metadata, spec } = object;
    const access = await this.secrets.reading(refOf(object), (...reads) => registryAccess(spec, metadata.namespace ?? '', ...reads));
    for (const secret of secretsIn(access)) this.runtime.redactor.add(secret);
    return access;
  }

  private archives(object: OCIRepository): ChartArchives {
    return new ChartArchives(this.folder(object), MOST_KEPT_BYTES);
  }

  private folder({ metadata: { namespace = '', name } }: OCIRepository): string {
    return join(this.runtime.dataFolder, 'artifacts', `${namespace}_${name}`);
  }
}

/** Files of a folder, named from there; undefined where there is none. */
function filesBelow<F extends ContentFile>(files: readonly F[], folder: string): F[] | undefined {
  if (folder === '') return [...files];
  const prefix = `${folder}/`;
  const below = files.flatMap((file) => (file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : []));
  return below.length === 0 ? undefined : below;
}

function digestOfFiles(files: readonly ContentFile[]): string {
  return digestOf(JSON.stringify(files.map(({ path, digest }) => [path, digest])));
}
