import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { timestamp } from '../../common/timestamp';
import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { parseImageName } from '../../oci/image-name';
import { retryAfterMsOf } from '../../oci/rate-limits';
import type { ImageRegistry, RequestOptions } from '../../oci/types';
import { isReady } from '../runtime/dependencies';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Reconciler, Runtime } from '../runtime/types';
import { isAboutAccess } from '../source/fetch-failed';
import { wakePolicies } from './image-policy-ref';
import { movingTagsChange } from './image-repository-moving-tags';
import { exclusionsOf, filterOf, foundTags } from './image-repository-tags';
import type { KeptTags } from './kept-tags';
import type { Registries } from './registry-access';
import type { Scans } from './scans';
import type { ImageRepository } from './types';

const DEFAULT_INTERVAL_MS = 600_000;
const SHORTEST_TIMEOUT_MS = 1000;
/** What is due so soon is due. */
const SOON_MS = 1000;

/** Lists the tags of an image at its interval. A registry that cannot be reached leaves what was found before in use. */
export class ImageRepositoryReconciler implements Reconciler<ImageRepository> {
  readonly kind = kinds.ImageRepository;
  readonly leases = ['image-reflector-controller-leader-election'];

  private readonly count: (result: string) => void;

  constructor(
    private readonly runtime: Runtime,
    private readonly registries: Registries,
    private readonly scans: Scans,
  ) {
    const counter = runtime.metrics.counter('fairlead_image_scans_total', 'Scans of image repositories by result');
    this.count = (result) => counter.inc({ result });
  }

  async reconcile(repository: ImageRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = repository;
    if (spec.provider !== undefined && spec.provider !== 'generic') {
      return stalled('UnsupportedField', errors.ImageProviderUnsupported({ provider: spec.provider }));
    }
    try {
      parseImageName(spec.image);
      filterOf(exclusionsOf(repository));
    } catch (error) {
      return stalled(errors.ImageNameInvalid.is(error) ? 'ImageURLInvalid' : 'InvalidExclusionList', error);
    }
    const waitMs = await this.notDueForMs(repository, context.causes);
    if (waitMs > SOON_MS) return { type: 'unchanged', againMs: waitMs, isDone: true };
    if (context.causes.has('values')) this.registries.renew(repository);
    try {
      return await this.scan(repository, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      this.count('failed');
      const isRefused = isAboutAccess(error);
      if (isRefused) this.registries.renew(repository);
      return { type: 'failed', reason: isRefused ? reasons.authenticationFailed : 'ReadOperationFailed', error, againMs: retryAfterMsOf(error) };
    }
  }

  async finalize(repository: ImageRepository): Promise<Outcome> {
    this.registries.forget(refOf(repository));
    await this.scans.remove(refOf(repository));
    return { type: 'finalized' };
  }

  private async scan(repository: ImageRepository, context: ReconcileContext): Promise<Outcome> {
    const { spec } = repository;
    const options = { signal: context.signal, timeoutMs: timeoutOf(repository) };
    const registry = await this.registries.of(repository);
    const exclusions = exclusionsOf(repository);
    const changed = await this.list(repository, exclusions, registry, options, context);
    const scan = (await this.scans.of(repository))!;
    const moved = await context.idle(this.lookAtChosen(repository, scan, registry, options)).catch((error: unknown) => {
      if (changed) wakePolicies(this.runtime, refOf(repository), 'revision');
      throw error;
    });
    if (changed || moved) wakePolicies(this.runtime, refOf(repository), 'revision');
    this.count(changed ? 'changed' : 'unchanged');
    const { revision, count: tagCount, latest } = scan;
    const lastScanResult = { revision, tagCount, scanTime: timestamp(), latestTags: latest };
    const moving = movingTagsChange(await this.scans.movingTags(repository));
    return {
      type: 'ready',
      reason: reasons.succeeded,
      message: `successful scan: found ${tagCount} tags with checksum ${revision}`,
      change: {
        ...moving,
        fields: { canonicalImageName: parseImageName(spec.image).name, observedExclusionList: exclusions, lastScanResult },
      },
      againMs: intervalOf(repository),
    };
  }

  /** Whether the tags are not those of the last scan. Holds none of them afterwards, so that what follows may take its time. */
  private async list(
    repository: ImageRepository,
    exclusions: readonly string[],
    registry: ImageRegistry,
    options: RequestOptions,
    context: ReconcileContext,
  ): Promise<boolean> {
    const since = await this.scans.listed(repository, exclusions);
    const listed = await context.idle(registry.changedTags(since, options));
    if (listed === undefined) return false;
    return this.scans.keep(repository, foundTags(listed.tags, filterOf(exclusions)), listed.digest, exclusions);
  }

  /** Whether one of the tags that policies took by creation time points at another image than before. */
  private async lookAtChosen(repository: ImageRepository, scan: KeptTags, registry: ImageRegistry, options: RequestOptions): Promise<boolean> {
    const chosen = this.scans.chosen(refOf(repository)).filter((tag) => scan.has(tag));
    const moved = await Promise.all(chosen.map((tag) => this.scans.lookAgain(repository, registry, tag, options)));
    return moved.includes(true);
  }

  /** After a start: what was scanned a short while ago, and is still here, can wait for its turn. */
  private async notDueForMs(repository: ImageRepository, causes: ReadonlySet<string>): Promise<number> {
    const { metadata, spec, status } = repository;
    if ([...causes].some((cause) => cause !== 'created') || !isReady(repository)) return 0;
    const requestedAt = metadata.annotations?.[annotations.requestedAt];
    if (requestedAt !== undefined && requestedAt !== status?.lastHandledReconcileAt) return 0;
    if (status?.canonicalImageName !== parseImageName(spec.image).name || (await this.scans.of(repository)) === undefined) return 0;
    return Date.parse(status.lastScanResult?.scanTime ?? '') + intervalOf(repository) - Date.now() || 0;
  }
}

function intervalOf({ spec }: ImageRepository): number {
  return parseDuration(spec.interval) ?? DEFAULT_INTERVAL_MS;
}

/** Of each request. @default the interval, as in Flux */
export function timeoutOf(repository: ImageRepository): number {
  return Math.max(SHORTEST_TIMEOUT_MS, parseDuration(repository.spec.timeout) ?? intervalOf(repository));
}
