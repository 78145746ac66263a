import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import { publicUrl } from '../../git/url';
import { conditionTypes, reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { retryAfterMsOf } from '../../oci/rate-limits';
import { messageOf } from '../runtime/outcome-status';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { EventInput, Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { wakeDependents } from './dependents';
import { fetchFailed, isAboutAccess } from './fetch-failed';
import { type HelmRepositories, timeoutOf } from './helm-repositories';
import { type HelmRepository, isOfRegistry, wrongUrl } from './helm-repository';
import { inStorage } from './in-storage';

const DEFAULT_INTERVAL_MS = 10 * 60_000;

/**
 * Keeps what is known of a chart repository at what it has now: the index of an HTTP one; of a registry, what the versions in use mean. One that cannot be
 * reached leaves everything as it was.
 */
export class HelmRepositoryReconciler implements Reconciler<HelmRepository> {
  readonly kind = kinds.HelmRepository;
  readonly leases = ['source-controller-leader-election'];

  constructor(
    private readonly runtime: Runtime,
    private readonly repositories: HelmRepositories,
  ) {}

  async reconcile(object: HelmRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = object;
    if (spec.suspend) return { type: 'suspended' };
    const wrong = wrongUrl(object);
    if (wrong !== undefined) return { type: 'stalled', reason: 'URLInvalid', message: wrong };
    const isKept = isOfRegistry(object);
    if (isKept && (spec.provider ?? 'generic') !== 'generic') {
      return stalled('UnsupportedField', errors.SourceUnsupported({ field: `spec.provider ${spec.provider}` }));
    }
    try {
      return isKept ? await this.askRegistry(object, context) : await this.fetchIndex(object, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      return fetchFailed(reasonOf(error), error);
    }
  }

  async finalize(object: HelmRepository): Promise<Outcome> {
    await this.repositories.remove(object);
    return { type: 'finalized' };
  }

  private async fetchIndex(object: HelmRepository, context: ReconcileContext): Promise<Outcome> {
    const repository = await this.repositories.open(object);
    const revision = await context.idle(repository.refresh({ signal: context.signal, timeoutMs: timeoutOf(object) }));
    const message = `stored artifact: revision '${revision}'`;
    const ready = { type: 'ready', reason: reasons.succeeded, message, againMs: intervalOf(object) } as const;
    const change = inStorage(ready.reason, message);
    const url = publicUrl(object.spec.url);
    const before = object.status?.artifact;
    if (before?.revision === revision && before.url === url) return { ...ready, change };
    const { namespace, name } = object.metadata;
    const artifact = {
      revision,
      digest: revision,
      path: `helmrepository/${namespace}/${name}/index-${revision.slice('sha256:'.length)}.yaml`,
      url,
      lastUpdateTime: timestamp(),
    };
    const event: EventInput = {
      type: 'Normal',
      reason: 'NewArtifact',
      message: `stored fetched index from '${url}'`,
      metadata: { revision, digest: revision },
    };
    return { ...ready, event, change: { ...change, fields: { artifact } } };
  }

  /** As in Flux it is always ready; that it cannot be reached is told, and so does whatever needs it. */
  private async askRegistry(object: HelmRepository, context: ReconcileContext): Promise<Outcome> {
    const repository = await this.repositories.open(object);
    const before = await repository.revision();
    let againMs = intervalOf(object);
    try {
      await context.idle(repository.refresh({ signal: context.signal, timeoutMs: timeoutOf(object) }));
    } catch (error) {
      if (context.signal.aborted) throw error;
      againMs = retryAfterMsOf(error) ?? againMs;
      context.record({ type: 'Warning', reason: reasonOf(error), message: messageOf(error) });
    }
    if ((await repository.revision()) !== before) wakeDependents(this.runtime, refOf(object));
    const change = { without: ['FetchFailed', conditionTypes.artifactInStorage], fields: { artifact: null } };
    return { type: 'ready', reason: reasons.succeeded, message: 'Helm repository is ready', change, againMs };
  }
}

function intervalOf({ spec }: HelmRepository): number {
  return parseDuration(spec.interval) ?? DEFAULT_INTERVAL_MS;
}

function reasonOf(error: unknown): string {
  if (isAboutAccess(error)) return reasons.authenticationFailed;
  return errors.ChartIndexInvalid.is(error) ? 'IndexationFailed' : 'Failed';
}
