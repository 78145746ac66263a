import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import type { GitAccess } from '../../git/access';
import type { Commit, Mirror } from '../../git/mirror';
import { listRemote } from '../../git/remote';
import { publicUrl, transportOf } from '../../git/url';
import { conditionTypes, reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { refOf } from '../runtime/ref';
import type { EventInput, Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { WatchedValues } from '../runtime/watched-values';
import { wakeDependents } from './dependents';
import { type Checkout, checkoutOf, digestOfId, highestTags, isValidReference, tagCheckout } from './git-checkout';
import { type Artifact, type GitRepository, unsupportedFields } from './git-repository';
import { accessOf, decodeSecret, proxyOf, type SecretValues, secretsIn } from './git-secret';
import type { GitSources } from './git-sources';

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Keeps a GitRepository's artifact at what its reference means now. A server that cannot be reached leaves the artifact, and with it
 * everything made of it, as it was.
 */
export class GitRepositoryReconciler implements Reconciler<GitRepository> {
  readonly kind = kinds.GitRepository;
  readonly leases = ['source-controller-leader-election'];

  private readonly secrets: WatchedValues;

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: GitSources,
  ) {
    this.secrets = new WatchedValues(runtime);
  }

  async reconcile(repository: GitRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = repository;
    if (spec.suspend) return { type: 'suspended' };
    const unsupported = unsupportedFields(spec);
    if (unsupported.length > 0) return stalled('UnsupportedField', errors.SourceUnsupported({ field: unsupported.join(', ') }));
    if (!isValidReference(spec.ref))
      return stalled('InvalidReference', errors.SourceRefUnknown({ url: publicUrl(spec.url), ref: JSON.stringify(spec.ref) }));

    try {
      const access = await this.access(repository);
      const { checkout, commit } = await context.idle(this.fetch(repository, access, context.signal));
      return this.store(repository, checkout.revision(commit.id), commit);
    } catch (error) {
      if (context.signal.aborted) throw error;
      if (errors.SourceUrlInvalid.is(error)) return stalled('URLInvalid', error);
      const reason = errors.SourceSecretMissing.is(error) ? reasons.authenticationFailed : reasons.gitOperationFailed;
      const message = error instanceof Error ? error.message : String(error);
      return { type: 'failed', reason, error, change: { conditions: [{ type: 'FetchFailed', status: 'True', reason, message }] } };
    }
  }

  async finalize(repository: GitRepository): Promise<Outcome> {
    this.secrets.forget(refOf(repository));
    await this.sources.remove(repository);
    return { type: 'finalized' };
  }

  private async fetch(
    { spec, ...repository }: GitRepository,
    access: GitAccess,
    signal: AbortSignal,
  ): Promise<{ checkout: Checkout; commit: Commit }> {
    const mirror = this.sources.mirror({ spec, ...repository });
    const timeoutMs = parseDuration(spec.timeout) ?? DEFAULT_TIMEOUT_MS;
    const checkout = checkoutOf(spec.ref) ?? (await this.newestTag(mirror, spec.url, spec.ref?.semver ?? '', { access, signal, timeoutMs }));
    // A commit never changes: what was fetched once needs no server.
    const here = spec.ref?.commit ? await mirror.commit(checkout.name) : undefined;
    const commit = here ?? (await mirror.fetch(checkout.refspecs, checkout.name, { access, signal, timeoutMs, ref: checkout.words }));
    if (commit === undefined) throw errors.SourceRefUnknown({ url: publicUrl(spec.url), ref: checkout.words });
    return { checkout, commit };
  }

  private async newestTag(
    mirror: Mirror,
    url: string,
    range: string,
    options: { access: GitAccess; signal: AbortSignal; timeoutMs: number },
  ): Promise<Checkout> {
    const refs = await listRemote(url, mirror.folder, ['refs/tags/*'], options);
    const tags = [...refs.keys()].filter((name) => !name.endsWith('^{}')).map((name) => name.slice('refs/tags/'.length));
    const highest = highestTags(range, tags);
    if (highest === undefined || highest.length === 0) {
      const problem = highest === undefined ? `(${range} is not a version range)` : `in ${range} among ${tags.length} tags`;
      throw errors.SourceRefUnknown({ url: publicUrl(url), ref: `version ${problem}` });
    }
    if (highest.length === 1) return tagCheckout(highest[0]);
    // Build metadata has no order: the newest commit wins, as in Flux.
    let newest: { tag: string; at: number } | undefined;
    for (const tag of highest) {
      const { refspecs, name } = tagCheckout(tag);
      const commit = await mirror.fetch(refspecs, name, options);
      const at = commit?.committedAt.getTime() ?? 0;
      if (newest === undefined || at > newest.at) newest = { tag, at };
    }
    return tagCheckout((newest as { tag: string }).tag);
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
    const stored = { type: conditionTypes.artifactInStorage, status: 'True', reason: reasons.succeeded, message: ready.message } as const;
    const change = { conditions: [stored], without: ['FetchFailed', 'ArtifactOutdated'] };

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
      lastUpdateTime: `${new Date().toISOString().slice(0, 19)}Z`,
    };
    const message = `stored artifact for commit '${commit.subject}'`;
    const event: EventInput = { type: 'Normal', reason: 'NewArtifact', message, metadata: { revision, digest: artifact.digest } };
    return { ...ready, event, change: { ...change, fields: { artifact, observedIgnore: spec.ignore ?? null } } };
  }

  /** What the object's Secrets let us do; told to the redactor before anybody else hears of it. */
  private async access(repository: GitRepository): Promise<GitAccess> {
    const seen = new Map<string, string>();
    try {
      const access = await this.accessBy(repository, seen);
      for (const secret of secretsIn(access)) this.runtime.redactor.add(secret);
      return access;
    } finally {
      this.follow(repository, seen);
    }
  }

  private async accessBy({ metadata, spec }: GitRepository, seen: Map<string, string>): Promise<GitAccess> {
    const { url, secretRef, proxySecretRef } = spec;
    const namespace = metadata.namespace ?? '';
    if (secretRef === undefined && transportOf(url) === 'ssh') {
      throw errors.SourceSecretMissing({ secret: `of ${namespace}/${metadata.name}`, problem: 'is not named: ssh needs spec.secretRef' });
    }
    const read = (name: string) => this.secret(namespace, name, seen);
    const access: GitAccess = secretRef === undefined ? {} : accessOf(url, await read(secretRef.name), `${namespace}/${secretRef.name}`);
    const proxy = proxySecretRef && proxyOf(await read(proxySecretRef.name), `${namespace}/${proxySecretRef.name}`);
    return proxy === undefined ? access : { ...access, proxy };
  }

  /** What could not be read is followed as well: its coming is a change. */
  private follow(repository: GitRepository, seen: ReadonlyMap<string, string>): void {
    const namespace = repository.metadata.namespace ?? '';
    const named = [repository.spec.secretRef, repository.spec.proxySecretRef].filter((ref) => ref !== undefined);
    this.secrets.follow(
      refOf(repository),
      named.map(({ name }) => ({ kind: 'Secret', namespace, name, seen: seen.get(name) })),
    );
  }

  private async secret(namespace: string, name: string, seen: Map<string, string>): Promise<SecretValues> {
    const id = { group: '', version: 'v1', kind: 'Secret', namespace, name };
    const secret = await this.runtime.clusters.own.get<KubeObject & { data?: Record<string, string> }>(id);
    seen.set(name, secret?.metadata.resourceVersion ?? '');
    if (secret === undefined) throw errors.SourceSecretMissing({ secret: `${namespace}/${name}`, problem: 'does not exist' });
    return decodeSecret(secret.data);
  }
}

function stalled(reason: string, error: Error): Outcome {
  return { type: 'stalled', reason, message: error.message };
}
