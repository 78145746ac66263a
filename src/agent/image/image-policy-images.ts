import { errors } from '../../common/errors';
import { nameOf } from '../../model/object';
import { parseImageName } from '../../oci/image-name';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Runtime } from '../runtime/types';
import { type CandidateSource, type Candidates, notYet } from './image-policy-candidates';
import { repositoryRefOf } from './image-policy-ref';
import { requireAccess } from './image-repository-access';
import { timeoutOf } from './image-repository-reconciler';
import type { Registries } from './registry-access';
import type { Scans } from './scans';
import type { ImagePolicy, ImageRepository } from './types';

/** The tags that the last scan of a policy's ImageRepository found. */
export class ImageCandidates implements CandidateSource {
  constructor(
    private readonly runtime: Runtime,
    private readonly registries: Registries,
    private readonly scans: Scans,
  ) {}

  async candidates(policy: ImagePolicy, { signal }: ReconcileContext): Promise<Candidates | Outcome> {
    const ref = repositoryRefOf(policy);
    const repository = this.runtime.store.get<ImageRepository>(ref);
    const waiting = (message: string) => ({ type: 'waiting', reason: 'DependencyNotReady', message, on: [] }) as const;
    if (repository === undefined) return { ...waiting(`there is no ${nameOf(ref)}`), on: [ref] };
    try {
      await requireAccess(repository, policy.metadata.namespace ?? '', this.runtime.clusters.own);
      parseImageName(repository.spec.image);
    } catch (error) {
      if (errors.ImageNameInvalid.is(error)) return stalled('ImageURLInvalid', error);
      if (errors.ImageAccessDenied.is(error)) return { type: 'failed', reason: 'AccessDenied', error };
      throw error;
    }
    const tags = await this.scans.tags(repository);
    if (tags === undefined) return notYet(policy, `${nameOf(ref)} was not scanned yet: its own status says why`);
    if (tags.length === 0) return waiting(`no tags were found by ${nameOf(ref)}`);

    const options = { signal, timeoutMs: timeoutOf(repository) };
    return {
      name: repository.spec.image,
      tags,
      known: await this.scans.known(repository),
      learn: async (tags, progress) => this.scans.learn(repository, await this.registries.of(repository), tags, { ...options, progress }),
      chose: (tag) => this.scans.chose(refOf(policy), tag === undefined ? undefined : { repository: ref, tag }),
      digest: async (tag) => (await this.registries.of(repository)).digest(tag, options),
    };
  }
}
