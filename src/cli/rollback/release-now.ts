import { setTimeout as sleep } from 'node:timers/promises';
import { rollBack as rollBackRelease, unlock } from '../../agent/helm/actions';
import type { HelmRelease } from '../../agent/helm/helm-release';
import { isPending, type Revision } from '../../agent/helm/release-state';
import { ReleaseStorage } from '../../agent/helm/storage';
import type { Work } from '../../agent/helm/work';
import { refOf } from '../../agent/runtime/ref';
import type { TargetCluster } from '../../agent/runtime/types';
import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import { sameRef, type VersionRef } from '../../model/version-ref';
import { releaseTarget } from '../../objects/release-target';
import type { DecodedRelease, Engine } from '../../render/types';
import type { LockedEntry } from '../locks/select-entries';
import type { AffectedObject } from './affected-objects';
import { earlierGood, versionIn } from './good-revision';
import { suspend } from './suspend';

/** How long the agent may take to let go of what it was doing. */
const LETS_GO_MS = 30_000;
const LOOK_MS = 250;

/** A release, and the revision it goes back to. */
export interface ReleasePlan {
  readonly work: Work;
  readonly revision: Revision;
  readonly decoded: DecodedRelease;
  readonly entries: readonly LockedEntry[];
}

/** Releases in a cluster, brought back by the agent's own lifecycle in Helm's own storage, so that `helm history` shows it. */
export class ReleasesNow {
  private readonly ending = new AbortController();

  constructor(
    private readonly cluster: TargetCluster,
    private readonly engine: Engine,
  ) {}

  /**
   * The revision to go back to: the newest good one of what runs not now, with these versions where they are given.
   * @throws ReleaseUnknown, NoGoodRevision, NowUnsupported
   */
  async plan({ object, entries }: AffectedObject, wanted?: ReadonlyMap<LockedEntry, VersionRef>): Promise<ReleasePlan> {
    const work = await this.workOn(object as HelmRelease);
    const { storage, target } = work;
    const release = `${target.namespace}/${target.name}`;
    const revisions = await storage.revisions(target.storageNamespace, target.name);
    const before = wanted === undefined ? await this.rolledBackTo(work, revisions) : undefined;
    for (const revision of earlierGood(revisions)) {
      if (before !== undefined && revision.version >= before) continue;
      const stored = await storage.read(target.storageNamespace, target.name, revision.version);
      const decoded = stored && (await this.engine.decodeRelease(stored.record));
      if (decoded && entries.every((one) => isOf(decoded, one, wanted?.get(one)))) return { work, revision, decoded, entries };
    }
    const versions = wanted === undefined ? '' : ` with ${entries.map((one) => wanted.get(one)?.tag ?? one.entry.ref.tag).join(', ')}`;
    throw errors.NoGoodRevision({ release, versions });
  }

  /** Suspends the HelmRelease, then rolls back. Gives the new revision. */
  async rollBack({ work, revision }: ReleasePlan): Promise<DecodedRelease> {
    await suspend(this.cluster.client, work.object);
    await this.untilFree(work);
    return rollBackRelease(work, revision.version);
  }

  close(): void {
    this.ending.abort(new DOMException('done', 'AbortError'));
  }

  /** Where the latest revision is a rollback: to which. What came after that was to be lost. */
  private async rolledBackTo({ storage, target }: Work, revisions: readonly Revision[]): Promise<number | undefined> {
    const latest = revisions.at(-1);
    const stored = latest && (await storage.read(target.storageNamespace, target.name, latest.version));
    const description = stored && (await this.engine.decodeRelease(stored.record)).info.description;
    const version = /^Rollback to (\d+)$/.exec(description ?? '')?.[1];
    return version === undefined ? undefined : Number(version);
  }

  private async workOn(wanted: HelmRelease): Promise<Work> {
    const { namespace = '', name } = wanted.metadata;
    const object = await this.cluster.client.get<HelmRelease>({ ...kinds.HelmRelease, namespace, name });
    if (object === undefined) throw errors.ReleaseUnknown({ release: `${namespace}/${name}` });
    if (object.spec.kubeConfig !== undefined) throw errors.NowUnsupported({ object: `HelmRelease ${namespace}/${name}`, field: 'spec.kubeConfig' });
    const { signal } = this.ending;
    const target = releaseTarget(object);
    return {
      object,
      owner: refOf(object),
      target,
      cluster: this.cluster,
      storage: new ReleaseStorage(this.cluster.client, target.storageNamespace, () => {}, signal),
      engine: this.engine,
      context: { signal, causes: new Set(), idle: (wait) => wait, writeStatus: async () => {}, record: () => {} },
    };
  }

  /** The agent lets go once it sees the suspension; what a dead one left pending is made a failed revision. */
  private async untilFree(work: Work): Promise<void> {
    const { storage, target } = work;
    for (let waited = 0; ; waited += LOOK_MS) {
      const latest = (await storage.revisions(target.storageNamespace, target.name)).at(-1);
      if (latest === undefined || !isPending(latest.status)) return;
      if (waited >= LETS_GO_MS) {
        await unlock(work, latest.version);
        return;
      }
      await sleep(LOOK_MS);
    }
  }
}

/** Without a version given any will do. */
function isOf(decoded: DecodedRelease, { key, entry }: LockedEntry, wanted: VersionRef | undefined): boolean {
  if (wanted === undefined) return true;
  const found = versionIn(decoded, key, entry.ref.name);
  if (found !== undefined) return found.tag === wanted.tag && (found.digest === undefined || key.startsWith('charts/') || sameRef(found, wanted));
  return JSON.stringify(decoded.config ?? null).includes(JSON.stringify(wanted.tag));
}
