import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import type { GitAccess } from '../../git/access';
import type { Commit } from '../../git/mirror';
import { publicUrl } from '../../git/url';
import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { EventInput, Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { wakeDependents } from './dependents';
import { fetchFailed } from './fetch-failed';
import { FollowedSecrets } from './followed-secrets';
import { digestOfId, isValidReference } from './git-checkout';
import { type Fetched, fetchReference } from './git-fetch';
import { type Artifact, type GitRepository, unsupportedFields } from './git-repository';
import { accessTo } from './git-repository-access';
import type { GitSources } from './git-sources';
import { inStorage } from './in-storage';
import { keyRefused } from './key-refused';

export const DEFAULT_TIMEOUT_MS = 60_000;
/** Somebody is about to add the key. */
const KEY_RETRY_MS = 10_000;

/**
 * Keeps a GitRepository's artifact at what its reference means now. A server that cannot be reached leaves the artifact, and with it
 * everything made of it, as it was.
 */
export class GitRepositoryReconciler implements Reconciler<GitRepository> {
  readonly kind = kinds.GitRepository;
  readonly leases = ['source-controller-leader-election'];

  private readonly secrets: FollowedSecrets;

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: GitSources,
    private readonly pushes = true,
  ) {
    this.secrets = new FollowedSecrets(runtime);
  }

  async reconcile(repository: GitRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = repository;
    if (spec.suspend) return { type: 'suspended' };
    const unsupported = unsupportedFields(spec);
    if (unsupported.length > 0) return stalled('UnsupportedField', errors.SourceUnsupported({ field: unsupported.join(', ') }));
    if (!isValidReference(spec.ref))
      return stalled('InvalidReference', errors.SourceRefUnknown({ url: publicUrl(spec.url), ref: JSON.stringify(spec.ref) }));

    const { redactor } = this.runtime;
    try {
      const access = await this.secrets.reading(refOf(repository), (read) => accessTo(repository, read, redactor, this.sources.knownHosts));
      const { checkout, commit } = await context.idle(this.fetch(repository, access, context.signal));
      return this.store(repository, checkout.revision(commit.id), commit);
    } catch (error) {
      if (context.signal.aborted) throw error;
      if (errors.SourceUrlInvalid.is(error)) return stalled('URLInvalid', error);
      if (errors.GitKeyRefused.is(error) || errors.GitKeyRevoked.is(error))
        return { ...fetchFailed(reasons.authenticationFailed, error), againMs: KEY_RETRY_MS };
      const isSecret = errors.SourceSecretMissing.is(error) || errors.GitHostUnknown.is(error);
      return fetchFailed(isSecret ? reasons.authenticationFailed : reasons.gitOperationFailed, error);
    }
  }

  async finalize(repository: GitRepository): Promise<Outcome> {
    this.secrets.forget(refOf(repository));
    await this.sources.remove(repository);
    return { type: 'finalized' };
  }

  private async fetch(repository: GitRepository, access: GitAccess, signal: AbortSignal): Promise<Fetched> {
    const { url, ref, timeout } = repository.spec;
    const timeoutMs = parseDuration(timeout) ?? DEFAULT_TIMEOUT_MS;
    try {
      return await fetchReference(this.sources.mirror(repository), url, ref, { access, signal, timeoutMs });
    } catch (error) {
      const wasFetched = repository.status?.artifact?.url === publicUrl(url);
      throw keyRefused(error, url, access, { pushes: this.pushes, wasFetched });
    }
  }

  private store(repository: GitRepository, revision: string, commit: Commit): Outcome {
    const { spec, status } = repository;
    const { namespace = '', name } = repository.metadata;
    const ready = {
      type: 'ready',
      reason: reasons.succeeded,
      message: `stored artifact for revision '${revision}'`,
      againMs: parseDuration(spec.interval),
    } as const;
    const change = inStorage(ready.reason, ready.message);

    const wasMissed = this.sources.fetched(repository);
    if (status?.artifact?.revision === revision && status.observedIgnore === spec.ignore) {
      if (wasMissed) wakeDependents(this.runtime, refOf(repository));
      return { ...ready, change };
    }
    const artifact: Artifact = {
      revision,
      digest: digestOfId(commit.tree),
      path: `gitrepository/${namespace}/${name}/${commit.id}`,
      url: publicUrl(spec.url),
      lastUpdateTime: timestamp(),
    };
    const message = `stored artifact for commit '${commit.subject}'`;
    const event: EventInput = { type: 'Normal', reason: 'NewArtifact', message, metadata: { revision, digest: artifact.digest } };
    return { ...ready, event, change: { ...change, fields: { artifact, observedIgnore: spec.ignore ?? null } } };
  }
}
