import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { tagInRange } from '../../oci/artifact-tag';
import { parseImageName } from '../../oci/image-name';
import type { RequestOptions } from '../../oci/types';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { EventInput, Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { wakeDependents } from './dependents';
import { fetchFailed, isAboutAccess } from './fetch-failed';
import { timeoutOf } from './helm-repositories';
import { inStorage } from './in-storage';
import { isSelectedAnew, type OCIRepository, repositoryOf, unsupportedOciFields } from './oci-repository';
import type { OciSources, PulledArtifact } from './oci-sources';

/** Keeps an OCIRepository's artifact at what its reference means now. A registry that cannot be reached leaves it as it was. */
export class OCIRepositoryReconciler implements Reconciler<OCIRepository> {
  readonly kind = kinds.OCIRepository;
  readonly leases = ['source-controller-leader-election'];

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: OciSources,
  ) {}

  async reconcile(object: OCIRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = object;
    if (spec.suspend) return { type: 'suspended' };
    const unsupported = unsupportedOciFields(spec);
    if (unsupported.length > 0) return stalled('UnsupportedField', errors.SourceUnsupported({ field: unsupported.join(', ') }));
    const options = { signal: context.signal, timeoutMs: timeoutOf(object) };
    try {
      parseImageName(repositoryOf(object));
      const revision = await context.idle(this.revision(object, options));
      const pulled = await context.idle(this.sources.pull(object, revision, options));
      if (isSelectedAnew(object) || object.status?.artifact?.revision !== revision) {
        if (spec.layerSelector?.operation !== 'copy') await this.sources.files(object, pulled);
        return stored(object, revision, pulled);
      }
      if (this.sources.wasMissed(refOf(object))) wakeDependents(this.runtime, refOf(object));
      return ready(object, revision);
    } catch (error) {
      if (context.signal.aborted) throw error;
      const reason = reasonOf(error);
      return errors.ImageNameInvalid.is(error) ? stalled(reason, error) : fetchFailed(reason, error);
    }
  }

  async finalize(object: OCIRepository): Promise<Outcome> {
    await this.sources.remove(object);
    return { type: 'finalized' };
  }

  /** `tag@sha256:…`, or of a digest itself. */
  private async revision(object: OCIRepository, options: RequestOptions): Promise<string> {
    const { url, ref = {}, layerSelector } = object.spec;
    if (ref.digest) return ref.digest;
    const registry = await this.sources.registry(object);
    const tag = ref.semver ? tagInRange(ref, layerSelector?.mediaType, await registry.tags(options), url) : ref.tag || 'latest';
    const digest = await registry.digest(tag, options);
    if (digest === undefined) throw errors.ArtifactTagMissing({ url, problem: `there is no tag ${tag}` });
    return `${tag}@${digest}`;
  }
}

function stored(object: OCIRepository, revision: string, { manifest, digest, layer }: PulledArtifact): Outcome {
  const { url, ignore, layerSelector } = object.spec;
  const { namespace, name } = object.metadata;
  const metadata = manifest.annotations;
  const artifact = {
    revision,
    digest,
    path: `ocirepository/${namespace}/${name}/${digest}.tar.gz`,
    url,
    lastUpdateTime: timestamp(),
    size: layer.length,
    ...(metadata === undefined ? {} : { metadata }),
  };
  const [source, origin] = [metadata?.['org.opencontainers.image.source'], metadata?.['org.opencontainers.image.revision']];
  const event: EventInput = {
    type: 'Normal',
    reason: 'NewArtifact',
    message: `stored artifact with revision '${revision}' from '${url}'${source && origin ? `, origin source '${source}', origin revision '${origin}'` : ''}`,
    metadata: { revision, digest },
  };
  const fields = { artifact, observedIgnore: ignore ?? null, observedLayerSelector: layerSelector ?? null };
  const standing = ready(object, revision);
  return { ...standing, event, change: { ...standing.change, fields } };
}

function ready({ spec }: OCIRepository, revision: string) {
  const message = `stored artifact for digest '${revision}'`;
  const change = inStorage(reasons.succeeded, message);
  return { type: 'ready', reason: reasons.succeeded, message, change, againMs: parseDuration(spec.interval) } as const;
}

function reasonOf(error: unknown): string {
  if (isAboutAccess(error)) return reasons.authenticationFailed;
  if (errors.ImageNameInvalid.is(error)) return 'URLInvalid';
  if (errors.ArtifactTagMissing.is(error)) return 'ReadOperationFailed';
  return errors.ArtifactLayerMissing.is(error) || errors.ArchiveInvalid.is(error) ? 'OCIArtifactLayerOperationFailed' : 'OCIArtifactPullFailed';
}
