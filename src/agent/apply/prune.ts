import { isConflict } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import type { ObjectId } from '../../model/object';
import { rankGroups } from '../../objects/apply-order';
import { isProtected } from '../../objects/deletion-budget';
import { type OptOuts, optOutsOf } from '../../objects/opt-outs';
import { Slots } from '../runtime/slots';
import { isJudgedByOrigin, isPresent, type Tracked } from './tracked';
import type { Tracker } from './tracker';
import type { PruneRequest, PruneResult } from './types';

const CONCURRENCY = 16;
const TRIES = 3;

/** What has to be known of a live object before it may be deleted. */
interface Live {
  readonly uid?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly optOuts: OptOuts;
}

/** Deletes what is no longer wanted and still ours, and nothing else. */
export class Pruner {
  constructor(
    private readonly client: KubeClient,
    private readonly tracker: Tracker,
    private readonly agentNamespace: string,
    private readonly isSuspended: (id: ObjectId) => boolean,
  ) {}

  async prune(request: PruneRequest): Promise<PruneResult> {
    const result = { deleted: [] as ObjectId[], skipped: [] as { id: ObjectId; reason: string }[], failed: [] as { id: ObjectId; error: Error }[] };
    const slots = new Slots(CONCURRENCY);
    for (const group of rankGroups(request.objects).reverse()) {
      await slots.all([...group].reverse(), async (id) => {
        try {
          const reason = await this.delete(id, request.labels);
          if (reason === undefined) result.deleted.push(id);
          else result.skipped.push({ id, reason });
        } catch (error) {
          result.failed.push({ id, error: error as Error });
        }
      });
    }
    return result;
  }

  /** Why it stays, or undefined: it is being deleted, or was gone already. */
  private async delete(id: ObjectId, labels: Readonly<Record<string, string>>): Promise<string | undefined> {
    if (isProtected(id, this.agentNamespace)) return 'this namespace is never deleted';
    if (this.isSuspended(id)) return 'it is suspended';
    for (let attempt = 1; ; attempt++) {
      const tracked = this.tracker.get(id);
      const live = attempt === 1 && tracked && isKnown(tracked, labels) ? liveFromWatch(tracked) : await this.read(id);
      if (!live) return undefined;
      const reason = reasonToKeep(live, labels);
      if (reason !== undefined) return reason;
      try {
        if (tracked) tracked.deleting = true;
        await this.client.delete(id, { uid: live.uid });
        if (tracked) this.letGo(tracked);
        return undefined;
      } catch (error) {
        if (tracked) tracked.deleting = false;
        // Another object of that name by now: it is looked at anew.
        if (!isConflict(error) || attempt === TRIES) throw error;
      }
    }
  }

  private letGo(tracked: Tracked): void {
    this.tracker.unclaim(tracked);
    this.tracker.dropUnneeded(tracked);
  }

  private async read(id: ObjectId): Promise<Live | undefined> {
    const object = await this.client.get(id, { as: 'metadata' });
    return object && { uid: object.metadata.uid, labels: object.metadata.labels ?? {}, optOuts: optOutsOf(object.metadata) };
  }
}

function isKnown(tracked: Tracked, labels: Readonly<Record<string, string>>): boolean {
  return isPresent(tracked) && tracked.watch.synced && tracked.watch.error === undefined && isJudgedByOrigin(labels);
}

function liveFromWatch(tracked: Tracked): Live {
  return { uid: tracked.uid, labels: tracked.origin, optOuts: tracked.optOuts };
}

function reasonToKeep({ labels, optOuts }: Live, wanted: Readonly<Record<string, string>>): string | undefined {
  if (optOuts.kept) return 'it says that it is not to be deleted';
  const other = Object.keys(wanted).find((name) => labels[name] !== wanted[name]);
  return other === undefined ? undefined : `its label ${other} is ${labels[other] ?? 'gone'}: it is no longer ours`;
}
